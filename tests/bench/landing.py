"""Zipped minute bars to the lake, against unzipping and DuckDB's typed CSV reader alone."""

import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from orchestration.feeds.binance import KLINES
from orchestration.feeds.contract import fill
from orchestration.landing.fetch import fetch_day
from orchestration.landing.lake import land_day
from orchestration.settings import load

DAY = date(2026, 1, 31)
SYMBOLS = 300
BARS = 1440
_HEADER = ",".join(KLINES.reader.columns)


def report() -> None:
    """Print rows per second of both, and their ratio (best of three)."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _write_dumps(root / "archive" / "binance")
        bare = min(_timed(lambda: _bare(root)) for _ in range(3))
        settings = load(root / "home", str(root / "archive"))
        fetching = _timed(lambda: fetch_day(settings, "binance", DAY))
        landing = min(_timed(lambda: land_day(settings, "candles", DAY)) for _ in range(3))
    rows = SYMBOLS * BARS
    print(f"landing {rows:,} minute bars of {SYMBOLS} zips")
    print(f"  bare (unzip, typed read_csv, one zstd Parquet): {bare:6.2f} s  {rows / bare:12,.0f} rows/s")
    print(f"  land_day (checks, quarantine, coverage, lake):  {landing:6.2f} s  {rows / landing:12,.0f} rows/s")
    print(f"  ratio {bare / landing:.2f}; fetching from a folder with SHA-256 before it: {fetching:.2f} s")


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _write_dumps(base: Path) -> None:
    random = np.random.default_rng(1)
    opens = int((DAY - date(1970, 1, 1)).total_seconds()) * 1000
    for n in range(SYMBOLS):
        price = 100 * np.exp(np.cumsum(random.normal(0, 1e-3, BARS)))
        lines = [_HEADER]
        for minute, p in enumerate(price):
            at = opens + minute * 60_000
            lines.append(
                f"{at},{p:.4f},{p * 1.001:.4f},{p * 0.999:.4f},{p:.4f},{p * 3:.3f},{at + 59_999},{p * 300:.5f},442,1.5,2.5,0"
            )
        path = base / fill(KLINES.paths[0], DAY, {"symbol": f"S{n:03}USDT"})
        path.parent.mkdir(parents=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(path.with_suffix(".csv").name, "\n".join(lines) + "\n")


def _bare(root: Path) -> None:
    """Unzip with threads, read with known types, write one file: what nobody can do without."""
    plain = root / "plain"
    plain.mkdir()

    def unzip(file: Path) -> None:
        with zipfile.ZipFile(file) as archive:
            archive.extractall(plain)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(unzip, (root / "archive" / "binance").rglob("*.zip")))
    types = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in KLINES.reader.columns.items()) + "}"
    with duckdb.connect(config={"threads": 4}) as db:
        db.execute(
            f"copy (select * from read_csv('{plain}/*.csv', columns = {types}, header = true, auto_detect = false)) "
            f"to '{root}/bare.parquet' (format parquet, compression zstd)"
        )
    shutil.rmtree(plain)
