"""A venue on loopback: a WebSocket server that does what a test says, and readers of what was recorded."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from websockets.asyncio.server import ServerConnection, serve

from orchestration.recorder.journal import Journal
from orchestration.recorder.recording import Pace, Recording, now
from orchestration.recorder.streams import Stream

Script = Callable[["Venue", ServerConnection], Awaitable[None]]
QUICK = Pace(
    flush_s=0.05,
    ping_s=0.1,
    mark_s=0.15,
    stall_s=0.6,
    connect_s=1,
    acknowledge_s=0.5,
    between_asks_s=0,
    refused_s=0.4,
    settled_s=60,
    first_wait_s=0.02,
    longest_wait_s=0.05,
)


@dataclass
class Venue:
    """What a server saw: its address, how often it was connected to, and every message sent to it."""

    address: str = ""
    connections: int = 0
    received: list[Any] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@asynccontextmanager
async def serving(script: Script) -> AsyncIterator[Venue]:
    """A server on a free port; `script` runs for each connection."""
    venue = Venue()

    async def handler(socket: ServerConnection) -> None:
        venue.connections += 1
        assert socket.request is not None
        venue.headers.append(dict(socket.request.headers.raw_items()))
        await script(venue, socket)

    async with serve(handler, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()[:2]
        venue.address = f"ws://{host}:{port}"
        yield venue


async def receive(venue: Venue, socket: ServerConnection) -> Any:
    """The next message from the recorder, remembered."""
    text = await socket.recv()
    message = json.loads(text) if str(text).startswith("{") else text
    venue.received.append(message)
    return message


async def stay(venue: Venue, socket: ServerConnection) -> None:
    """Read whatever comes until the connection ends."""
    async for text in socket:
        venue.received.append(json.loads(text) if str(text).startswith("{") else text)


async def acknowledge(venue: Venue, socket: ServerConnection) -> None:
    """Answer Binance's subscription."""
    request = await receive(venue, socket)
    await socket.send(json.dumps({"result": None, "id": request["id"]}))


def order(nth: int, at: datetime, symbol: str = "BTCUSDT") -> str:
    """A forced order as Binance's stream tells it; `nth` is its price."""
    told = {"s": symbol, "S": "SELL", "o": "LIMIT", "f": "IOC", "q": "2", "p": "99", "ap": str(nth), "X": "FILLED"}
    told |= {"l": "1", "z": "2", "T": int(at.timestamp() * 1000)}
    return json.dumps({"e": "forceOrder", "E": int(at.timestamp() * 1000), "o": told})


def prices(lines: list[dict[str, Any]]) -> list[int]:
    """Which orders were written down, in order."""
    return [int(line["message"]["o"]["ap"]) for line in lines if "message" in line]


def marks(lines: list[dict[str, Any]]) -> list[str]:
    """Marks in order, repeated ones once."""
    found = [line["connection"] for line in lines if "connection" in line]
    return [mark for n, mark in enumerate(found) if n == 0 or found[n - 1] != mark]


def lines_of(path: Path) -> list[dict[str, Any]]:
    """Every line of a recording; fails where the gzip is not whole."""
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()] if path.exists() else []


def recorded(folder: Path) -> list[dict[str, Any]]:
    """Every line of all days."""
    return [line for path in sorted(folder.glob("*.ndjson.gz")) for line in lines_of(path)]


@asynccontextmanager
async def recording(stream: Stream, folder: Path, venue: Venue, **options: Any) -> AsyncIterator[Recording]:
    """A recorder of one stream against a server; stopped in an orderly way at the end."""
    journal = Journal(folder, options.get("clock", now))
    journal.open()
    running = Recording(stream, options.pop("symbols", ()), journal, address=venue.address, **{"pace": QUICK} | options)
    task = asyncio.create_task(running.run())
    try:
        yield running
    finally:
        running.stop()
        await task
        journal.close()


async def until(what: Callable[[], Any], seconds: float = 5) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(seconds):
        while not what():
            await asyncio.sleep(0.02)
