"""The recorder's dumps of Binance's forceOrder stream: raw messages with their time of receipt, and marks of the connection."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from orchestration.sample_market.assets import Asset
from orchestration.sample_market.dumps.binance import epoch_ms
from orchestration.sample_market.dumps.files import write_gzip
from orchestration.sample_market.orders import Orders, per_second
from orchestration.sample_market.prices import day_key, random

ALIVE_SECONDS = 30  # the format asks for at least one mark a minute
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Outage:
    """Seconds of the day between the loss of the connection and its return."""

    lost: int
    back: int

    def holds(self, second: int) -> bool:
        """Whether nothing could be received in this second."""
        return self.lost <= second < self.back


Line = tuple[int, str]  # microsecond of the day, JSON


def write_day(archive: Path, day: date, found: dict[Asset, Orders], first: bool, outage: Outage | None) -> None:
    """Write one day's file; the first one opens the connection, an outage leaves its seconds out."""
    lines = _marks(day, first, outage)
    for asset, orders in found.items():
        lines += [line for line in _messages(day, asset, per_second(orders)) if not _in(outage, line)]
    text = "".join(f"{line}\n" for _, line in sorted(lines))
    write_gzip(archive / "binance" / "recorded" / "forceOrder" / f"{day}.ndjson.gz", text)


def _in(outage: Outage | None, line: Line) -> bool:
    return outage is not None and outage.holds(line[0] // 1_000_000)


def _marks(day: date, first: bool, outage: Outage | None) -> list[Line]:
    marks = [(second * 1_000_000 + 250, "alive") for second in range(0, DAY_SECONDS, ALIVE_SECONDS)]
    if first:
        marks[0] = (marks[0][0], "open")
    if outage:
        marks = [(at, mark) for at, mark in marks if not outage.holds(at // 1_000_000)]
        marks += [(outage.lost * 1_000_000, "lost"), (outage.back * 1_000_000, "open")]
    return [(at, f'{{"received_at":"{_instant(day, at)}","connection":"{mark}"}}') for at, mark in marks]


def _messages(day: date, asset: Asset, orders: Orders) -> list[Line]:
    rng = random("messages", asset.name, day_key(day))
    at = orders.second * 1000 + rng.integers(0, 850, len(orders))
    received = at * 1000 + rng.integers(20_000, 120_000, len(orders))
    decimals = asset.quantity_decimals
    quantity = np.maximum(np.round(orders.quantity, decimals), asset.step)
    parts = np.where(rng.random(len(orders)) < 0.45, np.round(quantity * rng.random(len(orders)), decimals), quantity)
    last = np.maximum(parts, asset.step)
    columns = (received, at + epoch_ms(day), orders.side, quantity, last, orders.price, orders.bankruptcy)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [(row[0], _line(day, asset, *row)) for row in rows]


def _line(
    day: date, asset: Asset, received: int, at: int, side: int, q: float, last: float, ap: float, p: float
) -> str:
    """One line; `p` is the order's limit (the bankruptcy price), `ap` the average fill; SELL closes a long."""
    d, n = asset.price_decimals, asset.quantity_decimals
    order = (
        f'{{"s":"{asset.symbol}","S":"{"SELL" if side > 0 else "BUY"}","o":"LIMIT","f":"IOC","q":"{q:.{n}f}","p":"{p:.{d}f}",'
        f'"ap":"{ap:.{d}f}","X":"FILLED","l":"{last:.{n}f}","z":"{q:.{n}f}","T":{at}}}'
    )
    message = f'{{"e":"forceOrder","E":{at + 3},"o":{order}}}'
    return f'{{"received_at":"{_instant(day, received)}","message":{message}}}'


def _instant(day: date, microsecond: int) -> str:
    at = datetime(day.year, day.month, day.day) + timedelta(microseconds=microsecond)
    return f"{at.isoformat(timespec='microseconds')}Z"
