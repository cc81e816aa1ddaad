"""Peak memory of a year of 300 symbols' minute bars in one run, in a process of its own.

One day is landed from dumps and moved back in time, so that each day of the lake is as large as a real one.
"""

import resource
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from orchestration.landing.fetch import fetch_day
from orchestration.landing.lake import land_day
from orchestration.settings import Settings, load
from orchestration.warehouse import build
from tests.bench.history import moved
from tests.bench.market import CASES, DAY, SYMBOLS
from tests.bench.nightly import write_day

YEAR = 365
DATASETS = ("candles", "caps", "funding", "liquidations", "open_interest")


def report(n_days: int = YEAR) -> None:
    """Print the peak resident memory of building these days, and of publishing them after that."""
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as folder:
        settings = _a_year(Path(folder), n_days)
        answer = subprocess.run(
            [sys.executable, "-m", "tests.bench.memory", str(settings.home), str(n_days)],
            check=True,
            capture_output=True,
        )
        print(answer.stdout.decode(), end="")


def _a_year(root: Path, n_days: int) -> Settings:
    """A home whose lake has the last day and as many before it as are asked for."""
    settings = load(root / "home")
    moved(land_one(root / "one"), settings, [DAY - timedelta(days=n) for n in range(n_days)], lambda _: DAY)
    return settings


def land_one(root: Path) -> Settings:
    """A home that has landed the dumps of one day of 300 symbols."""
    write_day(root / "archive", DAY)
    one = load(root / "home", str(root / "archive"))
    for source in {case.feed.source for case in CASES} | {"own"}:
        fetch_day(one, source, DAY)
    for dataset in DATASETS:
        land_day(one, dataset, DAY)
    return one


def _build(home: Path, n_days: int) -> None:
    settings = load(home)
    days = [DAY - timedelta(days=n) for n in range(n_days)]
    start = time.perf_counter()
    rows = build.build(settings, days, log=lambda _: None).rows
    seconds = time.perf_counter() - start
    print(f"{n_days} days of minute bars of {SYMBOLS} symbols in one run: {seconds:.0f} s")
    print(f"  {n_days * SYMBOLS * 1440:,} bars read, {sum(rows.values()):,} rows of tables made")
    print(f"  peak memory of the build {_peak_gb():.2f} GB", flush=True)
    build.publish_built(settings, log=lambda _: None)
    print(f"  peak memory with publishing {_peak_gb():.2f} GB")


def _peak_gb() -> float:
    """Most resident memory of this process so far; Linux tells KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


if __name__ == "__main__":
    _build(Path(sys.argv[1]), int(sys.argv[2]))
