"""Zipped dumps to the lake, against unzipping and DuckDB's typed CSV reader alone, in one run.

Bare is what nobody can do without: unpack with threads, read with known types, write one zstd Parquet file. Landing adds
checks, quarantine with line numbers, coverage by hour, provenance, and one sorted file per venue.
"""

import gzip
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from orchestration.feeds.binance import KLINES, METRICS
from orchestration.feeds.contract import Feed, Table, fill
from orchestration.feeds.tardis import LIQUIDATIONS
from orchestration.landing.fetch import fetch_day
from orchestration.landing.lake import land_day
from orchestration.settings import load

DAY = date(2026, 1, 31)
MIDNIGHT_MS = 1_769_817_600_000
SYMBOLS = 300
ROUNDS = 5


@dataclass(frozen=True)
class Case:
    """A day's dumps of one feed: text of each file by its subject."""

    feed: Feed
    dumps: Callable[[], Iterator[tuple[dict[str, str], str]]]

    @property
    def reader(self) -> Table:
        assert isinstance(self.feed.reader, Table)
        return self.feed.reader


def _klines() -> Iterator[tuple[dict[str, str], str]]:
    random = np.random.default_rng(1)
    for n in range(SYMBOLS):
        price = 100 * np.exp(np.cumsum(random.normal(0, 1e-3, 1440)))
        rows = (
            f"{MIDNIGHT_MS + k * 60_000},{p:.4f},{p * 1.001:.4f},{p * 0.999:.4f},{p:.4f},{p * 3:.3f},"
            f"{MIDNIGHT_MS + k * 60_000 + 59_999},{p * 300:.5f},442,1.5,2.5,0"
            for k, p in enumerate(price)
        )
        yield {"symbol": f"S{n:03}USDT"}, "\n".join(rows)


def _metrics() -> Iterator[tuple[dict[str, str], str]]:
    for n in range(SYMBOLS):
        rows = (
            f"{DAY} {k // 12:02}:{k % 12 * 5:02}:00,S{n:03}USDT,{1e6 + k:.3f},{1e8 + k:.3f},1.5,1.2,0.9,1.1"
            for k in range(288)
        )
        yield {"symbol": f"S{n:03}USDT"}, "\n".join(rows)


def _liquidations() -> Iterator[tuple[dict[str, str], str]]:
    random = np.random.default_rng(2)
    at = np.sort(random.integers(0, 86_400_000_000, 200_000)) + MIDNIGHT_MS * 1000
    symbol, price = random.integers(0, SYMBOLS, at.size), random.uniform(1, 1e5, at.size)
    rows = (
        f"binance-futures,S{s:03}USDT,{t},{t + 900},{k},{'sell' if k % 7 else 'buy'},{p:.4f},{p / 7:.3f}"
        for k, (t, s, p) in enumerate(zip(at, symbol, price, strict=True))
    )
    yield {"exchange": "binance-futures"}, "\n".join(rows)


CASES = (Case(KLINES, _klines), Case(METRICS, _metrics), Case(LIQUIDATIONS, _liquidations))


def report() -> None:
    """Print rows per second of both and their ratio for each case, best of five."""
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            _compare(case, Path(folder))


def _compare(case: Case, root: Path) -> None:
    base = root / "archive" / case.feed.source
    n_rows = sum(_write(base, case, subject, text) for subject, text in case.dumps())
    settings = load(root / "home", str(root / "archive"))
    fetching = _timed(lambda: fetch_day(settings, case.feed.source, DAY))
    rounds = [
        (_timed(lambda: _bare(case, root)), _timed(lambda: land_day(settings, case.feed.dataset, DAY)))
        for _ in range(ROUNDS)
    ]
    bare, landing = (min(times) for times in zip(*rounds, strict=True))
    n_files = sum(1 for path in base.rglob("*") if path.is_file())
    print(f"landing {case.feed.name}: {n_rows:,} rows of {n_files} files")
    print(f"  bare  {bare:6.2f} s  {n_rows / bare:12,.0f} rows/s")
    print(f"  land  {landing:6.2f} s  {n_rows / landing:12,.0f} rows/s")
    print(f"  ratio {bare / landing:.2f}; fetching from a folder with SHA-256 before it: {fetching:.2f} s")


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _write(base: Path, case: Case, subject: dict[str, str], rows: str) -> int:
    path = base / fill(case.feed.paths[0], DAY, subject)
    path.parent.mkdir(parents=True)
    text = f"{','.join(case.reader.columns)}\n{rows}\n"
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(path.with_suffix(".csv").name, text)
    else:
        path.write_bytes(gzip.compress(text.encode()))
    return rows.count("\n") + 1


def _bare(case: Case, root: Path) -> None:
    plain = root / "plain"
    plain.mkdir()
    dumps = [path for path in (root / "archive").rglob("*") if path.suffix in (".zip", ".gz")]

    def unpack(numbered: tuple[int, Path]) -> None:
        number, file = numbered
        with (plain / f"{number}.csv").open("wb") as out:
            if file.suffix == ".zip":
                with zipfile.ZipFile(file) as archive, archive.open(archive.infolist()[0]) as packed:
                    shutil.copyfileobj(packed, out, 1 << 20)
            else:
                with gzip.open(file) as packed:
                    shutil.copyfileobj(packed, out, 1 << 20)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(unpack, enumerate(dumps)))
    types = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in case.reader.columns.items()) + "}"
    with duckdb.connect(config={"threads": 4}) as db:
        db.execute(
            f"copy (select * from read_csv('{plain}/*.csv', columns = {types}, header = true, auto_detect = false)) "
            f"to '{root}/bare.parquet' (format parquet, compression zstd)"
        )
    shutil.rmtree(plain)
