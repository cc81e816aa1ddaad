"""`python -m tests.bench.year [DAYS]`: a backfill as one run, against its bare work and one run per partition as guides do it.

All do the same days of the sample market, of three assets, from dumps to recaps. Of the way of Dagster's and dbt's guides two days
are measured, each the later of two so that nothing is made for the first time.
"""

import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from orchestration.sample_market import write
from orchestration.settings import load
from tests.bench.clock import seconds
from tests.bench.market import DAY
from tests.bench.nightly import bare_work

DAYS, SAMPLED = 365, 2
# The sample market has a day of which too little is covered.
_DONE = (0, 3)


def report(n_days: int = DAYS) -> None:
    """Print the seconds of each, and their ratios."""
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as folder:
        root = Path(folder)
        first = DAY - timedelta(days=n_days - 1)
        write(root / "archive", first_day=first, last_day=DAY, assets=["BTC", "ETH", "SOL"])
        backfill = ["backfill", "--from", str(first), "--to", str(DAY)]
        in_one_run = _timed([str(_bin("tidemark")), *backfill], root, "home", first)
        settings = load(root / "home", str(root / "archive"))
        bare = seconds(bare_work(settings, root, first, DAY))
        by_the_book = _by_the_book(root, first)
    print(f"a backfill of {n_days} days as one run: {in_one_run:.1f} s, {in_one_run / n_days:.2f} s a day")
    print(f"  its bare work, in one process without Dagster and dbt: {bare:.1f} s; ratio {in_one_run / bare:.2f}")
    print(
        f"  a run per partition, each step and dbt in a process of its own: {by_the_book:.1f} s a day ({SAMPLED} days)"
    )
    print(f"  as one run it is {by_the_book * n_days / in_one_run:.1f} times as fast")


def _by_the_book(root: Path, first: date) -> float:
    """Seconds of a day, the first of which is not counted."""
    days = [first + timedelta(days=n) for n in range(SAMPLED + 1)]
    materialise = [str(_bin("dagster")), "asset", "materialize", "--select", "*", "-m", "tests.bench.by_the_book"]
    (root / "dagster").mkdir()
    took = [_timed([*materialise, "--partition", str(day)], root, "by-the-book", first) for day in days]
    return sum(took[1:]) / SAMPLED


def _timed(command: Sequence[str], root: Path, home: str, first: date) -> float:
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(root / "dagster"),
        "TIDEMARK_HOME": str(root / home),
        "TIDEMARK_ARCHIVE": str(root / "archive"),
        "TIDEMARK_BUILD_DB": str(root / home / "build" / "warehouse.duckdb"),
        "TIDEMARK_FIRST_DAY": str(first),
    }
    return seconds(command, environment, _DONE)


def _bin(name: str) -> Path:
    return Path(sys.executable).with_name(name)


if __name__ == "__main__":
    report(*map(int, sys.argv[1:]))
