"""Builders for small dumps in the vendors' formats, and a home to land them in."""

import gzip
import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.landing.fetch import FetchReport, fetch_day
from orchestration.landing.lake import LandReport, land_day
from orchestration.settings import Settings

DAY = date(2026, 1, 31)
MIDNIGHT_MS = 1_769_817_600_000
KLINE_HEADER = (
    "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore"
)


def kline(
    minute: int, price: float | str = 100, *, high: float | str = 101, low: float | str = 99, scale: int = 1
) -> str:
    """One minute bar as Binance writes it; `scale` 1000 makes its times microseconds."""
    opens = (MIDNIGHT_MS + minute * 60_000) * scale
    return f"{opens},{price},{high},{low},{price},1.5,{opens + 59_999 * scale},150.0,10,0.7,70.0,0"


def zipped(path: Path, text: str | bytes, name: str | None = None, extra: dict[str, str] | None = None) -> Path:
    """Write a zip with one member of the archive's own name, and whatever else it is to hold."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name or path.with_suffix(".csv").name, text)
        for member, content in (extra or {}).items():
            archive.writestr(member, content)
    return path


def gzipped(path: Path, text: str) -> Path:
    """Write a gzip file whose bytes depend on its text alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    return path


def plain(path: Path, text: str) -> Path:
    """Write a text file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def checksum(path: Path, digest: str | None = None) -> None:
    """Write the publisher's CHECKSUM beside a file."""
    digest = digest or hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_name(path.name + ".CHECKSUM").write_text(f"{digest}  {path.name}\n", encoding="utf-8")


def klines_path(archive: Path, symbol: str = "BTCUSDT", day: str = "2026-01-31", span: str = "daily") -> Path:
    """Where the archive keeps a file of minute bars."""
    return archive / f"binance/data/futures/um/{span}/klines/{symbol}/1m/{symbol}-1m-{day}.zip"


@dataclass(frozen=True)
class Lab:
    """An archive to put dumps into, and a home that fetches and lands them."""

    archive: Path
    settings: Settings

    def fetch(self, source: str, day: date = DAY) -> FetchReport:
        return fetch_day(self.settings, source, day)

    def land(self, source: str, dataset: str, day: date = DAY) -> LandReport:
        """Fetch and land one dataset of one day."""
        self.fetch(source, day)
        return land_day(self.settings, dataset, day)

    def rows(self, dataset: str, columns: str = "*", day: date = DAY) -> list[tuple[Any, ...]]:
        """Rows of the lake in the order in which they lie there; `venue` and `day` can be asked for."""
        files = sorted(map(str, self.settings.paths.lake.glob(f"{dataset}/venue=*/day={day}/*.parquet")))
        if not files:
            return []
        with duckdb.connect() as db:
            return db.execute(
                f"select {columns} from read_parquet($files, hive_types = {{'venue': varchar, 'day': date}})",
                {"files": files},
            ).fetchall()

    def quarantined(self, day: date = DAY) -> list[tuple[int, str]]:
        """(line, reason) of every quarantined row."""
        return sorted(self.rows("quarantine", "row_number, reason", day))

    def states(self, dataset: str, venue: str, day: date = DAY) -> dict[int, str]:
        """State of each hour."""
        found = self.rows("coverage", "dataset, venue, hour, state", day)
        return {hour: state for name, of, hour, state in found if (name, of) == (dataset, venue)}

    def lake_bytes(self) -> dict[str, bytes]:
        """Every file of the lake."""
        lake = self.settings.paths.lake
        return {str(path.relative_to(lake)): path.read_bytes() for path in sorted(lake.rglob("*.parquet"))}


def lines(rows: Sequence[str], header: str | None = KLINE_HEADER, end: str = "\n") -> str:
    """Join rows to the text of a file."""
    return end.join([*([header] if header else []), *rows]) + end
