"""`python -m tests.recorder.soak`: does `tidemark record` stay as small as it is, and lose nothing, at ten times the busiest known rate?

Busiest known: 63 messages in one second, 58 of them within 2 ms, on Binance's all-market stream at 2025-12-27 15:07:04 UTC. That is
the largest of 2,045 orders in a public log (riftfern/data-streams @ce9e4d3805c5, riftfern_binance.csv); no public log of orders is
known of a busier day, and none at all of Bybit and OKX. So each of three venues is given ten times that, 630 messages a second,
in bursts of 63, and Bybit's and OKX's hold two orders each. Binance and OKX tell at most one order per symbol and second, and the
instruments' seed knows 410 and 270 of their symbols: neither could tell more if all of these were liquidated in every second.

Orders are numbered, venue by venue, also while nobody listens. A number that is missing from the files must lie where a gap is marked,
and none may be missing that went to an open connection. Linux only: what the recorder holds is read from /proc.
"""

import argparse
import asyncio
import gzip
import json
import math
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from orchestration.recorder.recording import folder_of
from orchestration.recorder.streams import STREAMS
from orchestration.settings import load
from tests.recorder.venue import Venue, serving

BUSIEST = 63
TICK_S = 0.1
SAMPLE_S = 10
SYMBOLS = ("BTC", "ETH", "SOL", "XRP", "DOGE", "1000PEPE", "HYPE", "币安人生", "SUI", "ADA")
# What memory may gain in the second half before it is called growth: an allocator never stands quite still.
FLAT_KIB = 256


def _amount(number: int) -> str:
    """A number as an exchange spells an amount; `_number` reads it again."""
    return f"{number // 1000}.{number % 1000:03}"


def _number(amount: str) -> int:
    return int(amount.replace(".", ""))


def _price(number: int) -> str:
    return f"{60_000 + number * 7 % 40_000}.{number % 10}0"


def _binance(number: int, at_ms: int) -> Any:
    told = {
        "s": f"{SYMBOLS[number % len(SYMBOLS)]}USDT",
        "S": ("SELL", "BUY")[number % 7 == 0],
        "o": "LIMIT",
        "f": "IOC",
    }
    told |= {"q": _amount(number), "p": _price(number), "ap": _price(number + 1), "X": "FILLED"}
    return {
        "e": "forceOrder",
        "E": at_ms,
        "o": told | {"l": _amount(number // 3), "z": _amount(number), "T": at_ms - 3},
    }


def _bybit(number: int, at_ms: int) -> Any:
    symbol = f"{SYMBOLS[number // 2 % len(SYMBOLS)]}USDT"
    orders = [
        {"T": at_ms - 3, "s": symbol, "S": ("Buy", "Sell")[nth % 7 == 0], "v": _amount(nth), "p": _price(nth)}
        for nth in (number, number + 1)
    ]
    return {"topic": f"allLiquidation.{symbol}", "type": "snapshot", "ts": at_ms, "data": orders}


def _okx(number: int, at_ms: int) -> Any:
    coin = SYMBOLS[number // 2 % len(SYMBOLS)]
    orders = [
        {
            "bkLoss": "0",
            "bkPx": _price(nth),
            "ccy": "",
            "posSide": "long",
            "side": "sell",
            "sz": _amount(nth),
            "ts": str(at_ms - 3),
        }
        for nth in (number, number + 1)
    ]
    row = {
        "details": orders,
        "instFamily": f"{coin}-USDT",
        "instId": f"{coin}-USDT-SWAP",
        "instType": "SWAP",
        "uly": f"{coin}-USDT",
    }
    return {"arg": {"channel": "liquidation-orders", "instType": "SWAP"}, "data": [row]}


@dataclass(frozen=True)
class Kind:
    """How a venue tells: a message from its first order's number, its orders' amounts, and its answer to what it is sent."""

    message: Callable[[int, int], Any]
    amounts: Callable[[Any], Sequence[str]]
    answer: Callable[[Any], Any]
    orders: int = 1


KINDS = {
    "binance": Kind(_binance, lambda message: [message["o"]["z"]], lambda asked: {"result": None, "id": asked["id"]}),
    "bybit": Kind(
        _bybit,
        lambda message: [order["v"] for order in message["data"]],
        lambda asked: {"success": True, "ret_msg": "pong" if asked["op"] == "ping" else "", "op": asked["op"]},
        orders=2,
    ),
    "okx": Kind(
        _okx,
        lambda message: [order["sz"] for order in message["data"][0]["details"]],
        lambda asked: "pong" if asked == "ping" else {"event": "subscribe", "arg": asked["args"][0]},
        orders=2,
    ),
}


@dataclass
class Teller:
    """A venue that tells orders at a rate, whether or not anybody listens, and drops who listens now and then."""

    kind: Kind
    messages: int = 0
    sent: int = 0
    drops: int = 0
    late_s: float = 0
    listening: asyncio.Event = field(default_factory=asyncio.Event)
    socket: ServerConnection | None = None

    async def script(self, venue: Venue, socket: ServerConnection) -> None:
        """Answer whatever comes until the connection ends; the first answer is a subscription's."""
        await self._answer(socket, await socket.recv())
        self.socket = socket
        self.listening.set()
        with suppress(ConnectionClosed):
            async for text in socket:
                await self._answer(socket, text)
        if self.socket is socket:
            self.socket = None

    async def _answer(self, socket: ServerConnection, text: str | bytes) -> None:
        answer = self.kind.answer(json.loads(text) if text[:1] == "{" else text)
        await socket.send(answer if isinstance(answer, str) else json.dumps(answer))

    async def tell(self, rate: float, drops: Sequence[float], ended: asyncio.Event) -> None:
        """Tell in bursts, by the clock: what was late is told at once. `drops` are seconds from the beginning."""
        began = time.monotonic()
        while not ended.is_set():
            passed = time.monotonic() - began
            for _ in range(int(passed * rate) - self.messages):
                await self._send()
            self.late_s = max(self.late_s, time.monotonic() - began - passed)
            if passed > [*drops, float("inf")][self.drops]:
                await self._drop()
            await asyncio.sleep(TICK_S)

    async def _send(self) -> None:
        text = json.dumps(
            self.kind.message(self.messages * self.kind.orders, int(time.time() * 1000)), ensure_ascii=False
        )
        self.messages += 1
        if self.socket is None:
            return
        try:
            await self.socket.send(text)
            self.sent += 1
        except ConnectionClosed:
            self.socket = None

    async def _drop(self) -> None:
        """End the connection: with a word, as venues do after a day, or in turn without one, as networks do."""
        self.drops += 1
        socket, self.socket = self.socket, None
        if socket is None:
            return
        if self.drops % 2:
            await socket.close(1001, "going away")
            return
        # What still waits in this process would vanish with it, and was not sent by anybody's account.
        while socket.transport.get_write_buffer_size():
            await asyncio.sleep(0)
        socket.transport.abort()


@dataclass(frozen=True)
class Sample:
    """What the recorder held at a time: resident memory and open files."""

    at_s: float
    rss_kib: int
    handles: int

    @classmethod
    def of(cls, process: int, at_s: float) -> "Sample":
        """Read what the kernel says of a process."""
        status = Path(f"/proc/{process}/status").read_text()
        rss = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
        return cls(at_s, int(rss), len(list(Path(f"/proc/{process}/fd").iterdir())))


async def _sampled(process: int, seconds: float) -> list[Sample]:
    """Samples every ten seconds; each is printed, so that an hour that is cut short has told something."""
    began = time.monotonic()
    samples: list[Sample] = []
    while (passed := time.monotonic() - began) < seconds:
        samples.append(Sample.of(process, passed))
        print(f"{passed:6.0f} s  {samples[-1].rss_kib:8,} KiB  {samples[-1].handles} files", flush=True)
        await asyncio.sleep(min(len(samples) * SAMPLE_S, seconds) - passed)
    return [*samples, Sample.of(process, passed)]


@asynccontextmanager
async def _recorder(home: Path, addresses: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """The recorder as a user starts it; ended with SIGTERM, which it must take for a success."""
    given = [word for venue, address in addresses.items() for word in ("--address", f"{venue}={address}")]
    tidemark = Path(sys.executable).with_name("tidemark")
    process = await asyncio.create_subprocess_exec(
        tidemark, "record", "--home", home, "--venue", ",".join(addresses), *given
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        code = await asyncio.wait_for(process.wait(), 60)
        assert code == 0, f"the recorder ended with {code}"


async def _soak(
    home: Path, seconds: float, rate: float, drops: Sequence[float]
) -> tuple[dict[str, Teller], list[Sample]]:
    tellers = {venue: Teller(kind) for venue, kind in KINDS.items()}
    ended = asyncio.Event()
    async with AsyncExitStack() as stack:
        addresses = {
            venue: (await stack.enter_async_context(serving(teller.script))).address
            for venue, teller in tellers.items()
        }
        process = await stack.enter_async_context(_recorder(home, addresses))
        async with asyncio.timeout(60):
            await asyncio.gather(*(teller.listening.wait() for teller in tellers.values()))
        async with asyncio.TaskGroup() as tasks:
            for teller in tellers.values():
                tasks.create_task(teller.tell(rate, drops, ended))
            samples = await _sampled(process.pid, seconds)
            ended.set()
        # So that all that was sent has arrived: what is on its way at SIGTERM belongs to the last mark's gap.
        await asyncio.sleep(1)
    return tellers, samples


@dataclass
class Found:
    """What a venue's files hold, in the order of their lines."""

    orders: int = 0
    next: int = 0
    in_gaps: int = 0
    untold: int = 0
    out_of_order: int = 0
    gaps: int = 0
    is_gap: bool = False

    def take(self, number: int) -> None:
        """Count one order. Numbers that were left out are told only by a mark since the order before."""
        missing = number - self.next
        if missing < 0:
            self.out_of_order += 1
            return
        if self.is_gap:
            self.in_gaps += missing
        else:
            self.untold += missing
        self.orders += 1
        self.next, self.is_gap = number + 1, False

    def mark(self, state: str) -> None:
        """Count a gap once, however often it is marked."""
        if state == "lost":
            self.gaps += not self.is_gap
            self.is_gap = True


def _lines(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.ndjson.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)


def read_back(kind: Kind, lines: Iterator[dict[str, Any]], told: int) -> Found:
    """Go through a recording; what was told after its last line counts as missing there."""
    found = Found()
    for line in lines:
        if "connection" in line:
            found.mark(line["connection"])
            continue
        nth = int(line["at"].rpartition("[")[2].rstrip("]")) if "at" in line else 0
        found.take(_number(kind.amounts(line["message"])[nth]))
    if found.is_gap:
        found.in_gaps += told - found.next
    else:
        found.untold += told - found.next
    return found


def _counts(venue: str, teller: Teller, found: Found) -> bool:
    """Print one venue's counts; whether nothing is missing but what gaps tell of."""
    orders = teller.kind.orders
    lost = teller.sent * orders - found.orders
    print(
        f"{venue}: {teller.sent:,} messages sent, {found.orders / orders:,.0f} written, {teller.messages - teller.sent:,} not sent"
        f" while nobody listened; {found.in_gaps / orders:,.0f} missing in {found.gaps} gaps told ({teller.drops} drops and the end),"
        f" {found.untold} orders missing untold, {found.out_of_order} out of order; at most {teller.late_s:.2f} s a burst"
    )
    return not (lost or found.untold or found.out_of_order) and found.gaps == teller.drops + 1


def slope(samples: Sequence[Sample]) -> float:
    """KiB a minute by which memory grew."""
    return 60 * statistics.linear_regression([one.at_s for one in samples], [one.rss_kib for one in samples]).slope


def _memory(samples: Sequence[Sample]) -> bool:
    """Print what the recorder held; whether it stayed as it was after half of the time."""
    minute = min(samples, key=lambda sample: abs(sample.at_s - 60))
    half = samples[len(samples) // 2 :]
    growth = slope(half)
    print(
        f"RSS {minute.rss_kib:,} KiB at 1 min, {max(one.rss_kib for one in samples):,} at most, {samples[-1].rss_kib:,} at the end;"
        f" {growth:+.1f} KiB/min in the second half; files open {minute.handles} at 1 min,"
        f" {max(one.handles for one in samples)} at most, {samples[-1].handles} at the end"
    )
    # Medians, as a file that is being appended to is open for a moment.
    handles = [statistics.median(one.handles for one in part) for part in (samples[: len(samples) // 2], half)]
    return growth * (half[-1].at_s - half[0].at_s) / 60 < FLAT_KIB and handles[1] <= handles[0]


def main(home: Path, minutes: float, rate: float, drop_minutes: float) -> int:
    """Soak, read back, tell; 1 where memory grew or something is missing."""
    drops = [60 * drop_minutes * nth for nth in range(1, math.ceil(minutes / drop_minutes))]
    tellers, samples = asyncio.run(_soak(home, 60 * minutes, rate, drops))
    settings = load(home=home)
    well = [_memory(samples)]
    for venue, teller in tellers.items():
        lines = _lines(folder_of(settings, STREAMS[venue]))
        well.append(_counts(venue, teller, read_back(teller.kind, lines, teller.messages * teller.kind.orders)))
    sent = sum(teller.sent for teller in tellers.values())
    print(f"{sent:,} messages, {sent / minutes / 60:,.0f} a second: {'well' if all(well) else 'NOT WELL'}")
    return int(not all(well))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.recorder.soak")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument(
        "--rate", type=float, default=10 * BUSIEST, help="messages a second, of each venue [%(default)s]"
    )
    parser.add_argument("--drop-minutes", type=float, default=10, help="between two drops [%(default)s]")
    parser.add_argument("--home", type=Path, help="where the recording stays [a temporary folder that does not]")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tidemark-soak-") as folder:
        sys.exit(main(given.home or Path(folder), given.minutes, given.rate, given.drop_minutes))
