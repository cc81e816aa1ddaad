"""`python -m tests.bench.trades [MILLIONS]`: what landing a day of trades takes, with the settings as they come.

One contract's file of 30 million trades has 1.8 GB of text. The figures are those of a process of its own which does nothing else.
"""

import resource
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from orchestration.feeds.binance_trades import AGG_TRADES, TRADES
from orchestration.feeds.contract import fill
from orchestration.landing.fetch import fetch_day
from orchestration.landing.lake import land_day
from orchestration.settings import load
from tests.bench.market import DAY, midnight_ms

MILLIONS = 30
_AT_ONCE = 100_000


def report(millions: int = MILLIONS) -> None:
    """Print the size of the file and what the process that lands it takes."""
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as folder:
        zipped, n_bytes = _write(Path(folder) / "archive", millions * 1_000_000)
        landing = [sys.executable, "-m", "tests.bench.trades", "--land", folder]
        told = subprocess.run(landing, check=True, capture_output=True, text=True).stdout
    print(
        f"landing {TRADES.name}: {millions} million rows of one file of {n_bytes / 1e9:.2f} GB, {zipped / 1e9:.2f} GB zipped"
    )
    print(f"  {told.strip()}")


def _write(archive: Path, n_rows: int) -> tuple[int, int]:
    """Write the day's zip; returns its bytes and those of the text in it."""
    path = archive / TRADES.source / fill(TRADES.paths[0], DAY, {"symbol": "BTCUSDT"})
    path.parent.mkdir(parents=True)
    random = np.random.default_rng(DAY.toordinal())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        with packed.open(path.with_suffix(".csv").name, "w", force_zip64=True) as text:
            text.write(b"id,price,qty,quote_qty,time,is_buyer_maker\n")
            for first in range(0, n_rows, _AT_ONCE):
                prices, sizes = random.normal(80_000, 50, _AT_ONCE), random.exponential(0.05, _AT_ONCE) + 0.001
                rows = (
                    f"{7_000_000_000 + k},{p:.2f},{q:.3f},{p * q:.5f},{midnight_ms(DAY) + k * 86_400_000 // n_rows},true\n"
                    for k, (p, q) in enumerate(zip(prices, sizes, strict=True), first)
                )
                text.write("".join(rows).encode())
        return packed.infolist()[0].compress_size, packed.infolist()[0].file_size


def _land(root: Path) -> None:
    settings = load(root / "home", str(root / "archive"))
    fetch_day(settings, TRADES.source, DAY)
    landed = land_day(settings, AGG_TRADES.dataset, DAY)
    used = resource.getrusage(resource.RUSAGE_SELF)
    lake = sum(file.stat().st_size for file in settings.paths.lake.rglob("*.parquet"))
    print(
        f"peak memory of the process {used.ru_maxrss / 1e6:.2f} GB, {used.ru_utime + used.ru_stime:.0f} core-seconds; "
        f"{landed.rows_kept:,} trades kept, as {lake / 1e6:.2f} MB of minute bars"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--land"]:
        _land(Path(sys.argv[2]))
    else:
        report(*map(int, sys.argv[1:]))
