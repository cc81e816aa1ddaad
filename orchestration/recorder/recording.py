"""The recorder: one task per venue that connects, asks, writes down what comes, and marks when it could not hear.

A line of life is written for an instant at which something was heard, never for one at which nothing failed: a message, a pong,
a heartbeat. So the mark of a lost connection bears the instant of the last sign of life, and says besides when it was noticed.
"""

import asyncio
import json
import random
import signal
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from orchestration.recorder.journal import Clock, Journal
from orchestration.recorder.streams import STREAMS, Stream
from orchestration.settings import Settings

# An exchange's message is far smaller; landing reads lines of up to 8 MiB.
_MAX_MESSAGE = 4 << 20
_T = TypeVar("_T")


@dataclass(frozen=True)
class Pace:
    """Seconds between what is done regularly, and after which something is given up."""

    flush_s: float = 0.5
    ping_s: float = 15
    mark_s: float = 20
    stall_s: float = 40
    connect_s: float = 15
    acknowledge_s: float = 15
    between_asks_s: float = 0.05
    refused_s: float = 300
    settled_s: float = 60
    first_wait_s: float = 1
    longest_wait_s: float = 60


def now() -> datetime:
    """The instant, UTC."""
    return datetime.now(UTC)


class _LostError(Exception):
    """The connection is of no use any more; the message says why."""


class Recording:
    """One stream into one journal, until it is told to stop."""

    def __init__(
        self,
        stream: Stream,
        symbols: Sequence[str],
        journal: Journal,
        *,
        address: str | None = None,
        pace: Pace | None = None,
        clock: Clock = now,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._stream = stream
        self._symbols = tuple(symbols)
        self._journal = journal
        self._address = address or stream.address
        self._pace = pace or Pace()
        self._clock = clock
        self._say = say
        self._stopping = asyncio.Event()
        # A stream that was silent for too long is open again with its first message, not with an acknowledgement.
        self._is_doubted = False
        self._heard_at: datetime | None = None
        self._begin()

    def _begin(self) -> None:
        instant = time.monotonic()
        self._heard_at = None
        self._idle_s = 0.0
        self._data_s = self._pinged_s = self._flushed_s = self._began_s = instant
        self._awaited = 0
        self._is_open = False
        self._refusal: str | None = None
        self._refused_s = instant

    def stop(self) -> None:
        """Mark the end, flush, and let `run` return, within a second or so."""
        self._stopping.set()

    async def run(self) -> None:
        """Record until stopped; connections that fail are made again, ever later."""
        failures = 0
        while not self._stopping.is_set():
            self._begin()
            try:
                await self._session()
                reason = "the recorder was stopped"
            except _LostError as error:
                reason = str(error)
            except ConnectionClosed as error:
                if error.rcvd is not None:
                    self._heard()
                reason = f"closed: {error}"
            except (OSError, WebSocketException) as error:
                reason = f"{type(error).__name__}: {error}".rstrip(": ")
            except Exception as error:
                reason = f"unexpected {type(error).__name__}: {error}"
            failures = 0 if time.monotonic() - self._began_s > self._pace.settled_s else failures + 1
            await self._lost(reason)
            await self._pause(failures)

    async def _lost(self, reason: str) -> None:
        self._say(f"{self._stream.venue}: {reason}")
        try:
            noticed_at = f"{self._clock():%Y-%m-%dT%H:%M:%S.%fZ}"
            await self._journal.mark("lost", {"reason": reason[:500], "noticed_at": noticed_at}, self._heard_at)
            await self._journal.flush()
        except OSError as error:
            self._say(f"{self._stream.venue}: nothing could be written: {error}")

    async def _pause(self, failures: int) -> None:
        longest = min(self._pace.longest_wait_s, self._pace.first_wait_s * 2.0 ** min(failures, 30))
        await self._unless_stopped(asyncio.sleep(longest * random.uniform(0.5, 1)))

    async def _unless_stopped(self, work: Coroutine[Any, Any, _T]) -> _T | None:
        """The result of some work, or None once the recorder is told to stop."""
        doing, stopping = asyncio.ensure_future(work), asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return doing.result() if doing.done() else None
        finally:
            doing.cancel()
            stopping.cancel()
            await asyncio.gather(doing, stopping, return_exceptions=True)

    async def _session(self) -> None:
        socket = await self._unless_stopped(self._connect())
        if socket is None:
            return
        try:
            self._heard()
            await self._ask(socket)
            while not self._stopping.is_set():
                frame = await self._next(socket)
                if frame is not None:
                    self._heard()
                    await self._take(socket, frame)
                await self._tend(socket)
        finally:
            await socket.close()

    async def _connect(self) -> ClientConnection:
        # Pings are our own: what is wanted of them is when the last pong came, not an error some time after.
        return await connect(
            self._address,
            open_timeout=self._pace.connect_s,
            close_timeout=1,
            ping_interval=None,
            max_size=_MAX_MESSAGE,
            max_queue=64,
            additional_headers=dict(self._stream.headers),
        )

    async def _ask(self, socket: ClientConnection) -> None:
        asks = self._stream.asks(self._symbols)
        self._awaited = sum(ask.acks for ask in asks)
        for ask in asks:
            await self._send(socket, ask.text)
            await asyncio.sleep(self._pace.between_asks_s)
        self._began_s = time.monotonic()

    async def _send(self, socket: ClientConnection, text: str) -> None:
        # A connection that has ended is noticed where it is read from, once all that came before its end was taken.
        with suppress(ConnectionClosed):
            async with asyncio.timeout(self._pace.stall_s):
                await socket.send(text.replace('"{now_s}"', str(int(time.time()))))

    async def _next(self, socket: ClientConnection) -> str | bytes | None:
        try:
            async with asyncio.timeout(self._pace.flush_s):
                return await socket.recv()
        except TimeoutError:
            # Only time in which one listened counts: a process that was held up finds what came meanwhile.
            self._idle_s += self._pace.flush_s
            return None

    async def _take(self, socket: ClientConnection, frame: str | bytes) -> None:
        text = self._stream.text(frame)
        try:
            message = json.loads(text)
        except ValueError:
            # "pong" and the like: a sign of life, and no more.
            return
        answer = self._stream.answers(message)
        if answer is not None:
            await self._send(socket, json.dumps(answer))
        refusal = self._stream.refuses(message)
        if refusal is not None:
            await self._refused(refusal)
        self._awaited -= self._stream.acknowledges(message)
        if self._stream.is_data(message):
            self._data_s = time.monotonic()
            self._is_doubted = False
            await self._journal.message(text, self._stream.orders(message))
        if not (self._is_open or self._refusal or self._awaited > 0 or self._is_doubted):
            self._is_open = True
            self._say(f"{self._stream.venue}: recording")
            await self._journal.mark("open", {"symbols": self._symbols} if self._symbols else None)

    async def _refused(self, reason: str) -> None:
        """What is left of the stream is written down, but the time does not count as recorded."""
        if self._refusal is None:
            self._refused_s = time.monotonic()
            self._say(f"{self._stream.venue}: refused: {reason}")
            await self._journal.mark("lost", {"reason": f"refused: {reason}"[:500]})
        self._refusal = reason
        self._is_open = False

    async def _tend(self, socket: ClientConnection) -> None:
        """What is due: bring lines to disk, write a sign of life, ping, give up."""
        instant = time.monotonic()
        if instant - self._flushed_s >= self._pace.flush_s:
            await self._journal.flush()
            self._flushed_s = time.monotonic()
        await self._mark()
        if instant - self._pinged_s >= self._pace.ping_s:
            self._pinged_s = instant
            await self._ping(socket)
        if self._idle_s > self._pace.stall_s:
            raise _LostError(f"nothing was heard for {self._idle_s:.0f} s")
        if self._refusal is not None and instant - self._refused_s > self._pace.refused_s:
            raise _LostError(f"refused: {self._refusal}")
        if self._refusal is None and self._awaited > 0 and instant - self._began_s > self._pace.acknowledge_s:
            raise _LostError("the subscription was not acknowledged")
        if self._stream.silent_s is not None and instant - self._data_s > self._stream.silent_s:
            self._is_doubted = True
            raise _LostError(f"connected, but no order came for {instant - self._data_s:.0f} s")

    async def _mark(self) -> None:
        heard, last = self._heard_at, self._journal.last_at
        if heard is None or last is None or (heard - last).total_seconds() < self._pace.mark_s:
            return
        if self._is_open:
            await self._journal.mark("alive", at=heard)
        elif self._refusal is not None:
            await self._journal.mark("lost", {"reason": f"refused: {self._refusal}"[:500]}, heard)

    async def _ping(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async with asyncio.timeout(self._pace.stall_s):
                pong = asyncio.ensure_future(await socket.ping())
            pong.add_done_callback(self._ponged)
        if self._stream.ping is not None:
            await self._send(socket, self._stream.ping)

    def _ponged(self, pong: "asyncio.Future[float]") -> None:
        if not pong.cancelled() and pong.exception() is None:
            self._heard()

    def _heard(self) -> None:
        self._heard_at, self._idle_s = self._clock(), 0.0


@dataclass(frozen=True)
class Wanted:
    """What to record: streams, and by venue the symbols and the address where they are not the usual ones."""

    streams: tuple[Stream, ...]
    symbols: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, venues: str, symbols: Sequence[str] = (), addresses: Sequence[str] = ()) -> "Wanted":
        """Read `binance,bybit` or `all`, `bybit:ETHUSDT` and `binance=wss://…`. Raises ValueError with what is wrong."""
        names = list(STREAMS) if venues == "all" else [name.strip() for name in venues.split(",") if name.strip()]
        unknown = [name for name in names if name not in STREAMS]
        if unknown or not names:
            raise ValueError(f"no stream of {', '.join(unknown) or 'nothing'} is known; there are {', '.join(STREAMS)}")
        chosen: dict[str, tuple[str, ...]] = {}
        for venue, symbol in (_split(text, ":") for text in symbols):
            if venue not in names or STREAMS[venue].symbol is None:
                raise ValueError(f"{venue}:{symbol}: {venue} is not recorded, or tells of all its symbols")
            chosen[venue] = (*chosen.get(venue, ()), symbol)
        streams = tuple(STREAMS[name] for name in dict.fromkeys(names))
        return cls(streams, chosen, dict(_split(text, "=") for text in addresses))


def _split(text: str, sign: str) -> tuple[str, str]:
    venue, found, rest = text.partition(sign)
    if not (venue and found and rest):
        raise ValueError(f"{text!r} is not like VENUE{sign}…")
    return venue, rest


def folder_of(settings: Settings, stream: Stream) -> Path:
    """Where a stream's files lie: where landing looks for what has no address."""
    return settings.paths.inbox / stream.venue / "recorded" / stream.channel


def symbols_of(settings: Settings, stream: Stream, chosen: Sequence[str]) -> tuple[str, ...]:
    """The symbols to subscribe to one by one, none where the stream tells of all: those chosen, else those of the assets."""
    if stream.symbol is None:
        return ()
    return tuple(dict.fromkeys(chosen or map(stream.symbol, settings.assets)))


async def record(settings: Settings, wanted: Wanted, say: Callable[[str], None], pace: Pace | None = None) -> None:
    """Record until SIGTERM or SIGINT. Raises AlreadyRecorded before anything is connected."""
    journals: list[Journal] = []
    recordings: list[Recording] = []
    try:
        for stream in wanted.streams:
            journal = Journal(folder_of(settings, stream), now)
            journal.open()
            journals.append(journal)
            symbols = symbols_of(settings, stream, wanted.symbols.get(stream.venue, ()))
            address = wanted.addresses.get(stream.venue)
            recordings.append(Recording(stream, symbols, journal, address=address, pace=pace, say=say))
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, _stop, recordings)
        await asyncio.gather(*(recording.run() for recording in recordings))
    finally:
        for journal in journals:
            journal.close()


def _stop(recordings: Sequence[Recording]) -> None:
    for recording in recordings:
        recording.stop()
