"""Dumps of a real-sized day: 300 symbols' minute bars and open interest, 200,000 liquidations. Prices walk at random."""

import csv
import gzip
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from orchestration.feeds.binance import KLINES, METRICS
from orchestration.feeds.contract import Feed, Table, fill
from orchestration.feeds.tardis import LIQUIDATIONS
from orchestration.warehouse import build

DAY = date(2026, 1, 31)
SYMBOLS, ORDERS = 300, 200_000
Dumps = Iterator[tuple[dict[str, str], str]]


@dataclass(frozen=True)
class Case:
    """A day's dumps of one feed: text of each file by its subject."""

    feed: Feed
    dumps: Callable[[date], Dumps]

    @property
    def reader(self) -> Table:
        assert isinstance(self.feed.reader, Table)
        return self.feed.reader

    def write(self, archive: Path, day: date) -> int:
        """Write the day's files in the vendor's layout; returns their rows."""
        return sum(self._write(archive / self.feed.source, day, subject, rows) for subject, rows in self.dumps(day))

    def files(self, archive: Path, day: date) -> list[Path]:
        """The day's files there."""
        return sorted(
            (archive / self.feed.source).glob(fill(self.feed.paths[0], day, {"symbol": "*", "exchange": "*"}))
        )

    def _write(self, base: Path, day: date, subject: dict[str, str], rows: str) -> int:
        path = base / fill(self.feed.paths[0], day, subject)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = f"{','.join(self.reader.columns)}\n{rows}\n"
        if path.suffix == ".zip":
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(path.with_suffix(".csv").name, text)
        else:
            path.write_bytes(gzip.compress(text.encode()))
        return rows.count("\n") + 1


@cache
def symbols() -> tuple[str, ...]:
    """Linear contracts of Binance in USDT, as many as a real day has."""
    with (build.PROJECT / "seeds/instruments.csv").open(encoding="utf-8") as lines:
        found = {row["symbol"] for row in csv.DictReader(lines) if _is_usual(row)}
    return tuple(sorted(found)[:SYMBOLS])


def midnight_ms(day: date) -> int:
    """Start of the UTC day in milliseconds since 1970."""
    return (day - date(1970, 1, 1)).days * 86_400_000


def _is_usual(row: dict[str, str]) -> bool:
    return (row["venue"], row["kind"], row["quote"]) == ("binance", "linear", "USDT") and row["symbol"].isascii()


def _klines(day: date) -> Dumps:
    random, midnight = np.random.default_rng(day.toordinal()), midnight_ms(day)
    for symbol in symbols():
        price = 100 * np.exp(np.cumsum(random.normal(0, 1e-3, 1440)))
        rows = (
            f"{midnight + k * 60_000},{p:.4f},{p * 1.001:.4f},{p * 0.999:.4f},{p:.4f},{p * 3:.3f},"
            f"{midnight + k * 60_000 + 59_999},{p * 300:.5f},442,1.5,2.5,0"
            for k, p in enumerate(price)
        )
        yield {"symbol": symbol}, "\n".join(rows)


def _metrics(day: date) -> Dumps:
    for symbol in symbols():
        rows = (
            f"{day} {k // 12:02}:{k % 12 * 5:02}:00,{symbol},{1e6 + k:.3f},{1e8 + k:.3f},1.5,1.2,0.9,1.1"
            for k in range(288)
        )
        yield {"symbol": symbol}, "\n".join(rows)


def _liquidations(day: date) -> Dumps:
    random = np.random.default_rng(day.toordinal())
    at = np.sort(random.integers(0, 86_400_000_000, ORDERS)) + midnight_ms(day) * 1000
    symbol, price = random.integers(0, SYMBOLS, at.size), random.uniform(1, 1e5, at.size)
    rows = (
        f"binance-futures,{symbols()[s]},{t},{t + 900},{k},{'sell' if k % 7 else 'buy'},{p:.4f},{p / 7:.3f}"
        for k, (t, s, p) in enumerate(zip(at, symbol, price, strict=True))
    )
    yield {"exchange": "binance-futures"}, "\n".join(rows)


CASES = (Case(KLINES, _klines), Case(METRICS, _metrics), Case(LIQUIDATIONS, _liquidations))
