"""`make bench-scale`: whether a day costs the same in the tenth year as in the first, on DuckDB and on Spark with one and two workers.

One day of 300 symbols is landed and moved in time, a year at a go: a year that is built leaves the lake, all but its last
days, so that what is on disk is one year of the lake beside the tables of all.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb

from orchestration.settings import Settings, Warehouse, load
from orchestration.sql import quoted
from orchestration.warehouse import build
from orchestration.warehouse.relations import all_days
from tests.bench.history import moved
from tests.bench.market import DAY, ORDERS, SYMBOLS
from tests.bench.memory import land_one
from tests.parity.cluster import cluster

YEARS = (1, 3, 10)
ON_DISK = {"duckdb": "build/warehouse.duckdb", "spark": "build/spark/warehouse"}


@dataclass(frozen=True)
class Target:
    """What computes: DuckDB in this process, or Spark on so many workers."""

    name: str
    workers: int = 0

    @property
    def engine(self) -> build.Engine:
        return "spark" if self.workers else "duckdb"

    @contextmanager
    def started(self, place: Path) -> Iterator[Warehouse]:
        """It, with what settings say of it."""
        with cluster(place, self.workers, memory="3g") if self.workers else nullcontext("local[*]") as master:
            yield Warehouse(engine=self.engine, master=master, spark=_LOCAL if self.workers else {})


_LOCAL = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.executor.memory": "2g",
    "spark.executor.cores": "1",
    "spark.scheduler.minRegisteredResourcesRatio": "1.0",
}
TARGETS = {
    target.name: target for target in (Target("duckdb"), Target("spark-1-worker", 1), Target("spark-2-workers", 2))
}


@dataclass(frozen=True)
class Year:
    """Seconds that a year took to build, and bytes of all that is kept since the first."""

    number: int
    building: float
    tables: int
    published: int


def main(years: Sequence[int], targets: Sequence[Target], every: int, days: int) -> None:
    """Print each year of each target, how those of `years` compare with the first, and what a second worker brings.

    `every` thins bars and liquidations out to one in so many; `days` is how many days a year has.
    """
    print(f"{SYMBOLS} symbols, a bar each {every} min, {ORDERS // every:,} liquidations a day, years of {days} days")
    took = {}
    with tempfile.TemporaryDirectory(prefix="tidemark-scale-") as folder:
        template = _thinned(land_one(Path(folder) / "one"), every)
        for target in targets:
            told = list(_years(Path(folder) / target.name, template, target, max(years), days))
            took[target.workers] = sum(year.building for year in told)
            for one, year in pairwise(told):
                if year.number in years:
                    _compare(told[0], one, year, days)
    if {1, 2} <= took.keys():
        print(f"two workers against one: {took[1] / took[2]:.2f} times as fast")


def _years(root: Path, template: Settings, target: Target, n_years: int, n_days: int) -> Iterator[Year]:
    with target.started(root / "cluster") as warehouse:
        settings = load(root / "home").model_copy(update={"warehouse": warehouse})
        first = DAY - timedelta(days=n_years * n_days - 1)
        for number in range(1, n_years + 1):
            days = [first + timedelta(days=n) for n in range((number - 1) * n_days, number * n_days)]
            moved(template, settings, days, lambda _: DAY)
            yield _year(settings, number, days, target)
            _forget(settings, days[-1])
    shutil.rmtree(root)


def _year(settings: Settings, number: int, days: Sequence[date], target: Target) -> Year:
    lake = _size(settings.paths.lake)
    began, used = time.perf_counter(), time.process_time()
    build.build(settings, days, log=_silent)
    built, core_seconds = time.perf_counter(), time.process_time() - used
    build.publish_built(settings, log=_silent)
    publishing = time.perf_counter() - built
    tables = _size(settings.home / ON_DISK[target.engine])
    year = Year(number, built - began, tables, _size(settings.paths.published))
    print(
        f"  {target.name}, year {number}, a day: {year.building / len(days):.3f} s, {core_seconds / len(days):.3f} core-seconds here"
    )
    print(f"    {lake / len(days) / 1e6:.2f} MB of lake; then published in {publishing:.1f} s", end="; ")
    print(f"all tables {tables / 1e6:.0f} MB, published {year.published / 1e6:.0f} MB", flush=True)
    return year


def _compare(first: Year, before: Year, year: Year, days: int) -> None:
    """Ratios to the first year: of a day's seconds, and of the bytes that a day adds."""
    seconds = year.building / first.building
    tables, published = year.tables - before.tables, year.published - before.published
    print(
        f"  a day of year {year.number} against one of year 1: time {seconds:.2f}, "
        f"adds {tables / days / 1e3:.0f} kB of tables ({tables / first.tables:.2f}) "
        f"and {published / days / 1e3:.0f} kB published ({published / first.published:.2f})",
        flush=True,
    )


def _thinned(template: Settings, every: int) -> Settings:
    """The lake with one bar in `every` minutes of each symbol and one order in as many."""
    for dataset in ("candles", "liquidations"):
        for file in template.paths.lake.glob(f"{dataset}/venue=*/day=*/*.parquet"):
            thin = file.with_suffix(".thin")
            rows = f"read_parquet({quoted(str(file))}, hive_partitioning = false, file_row_number = true)"
            kept = f"select * exclude (file_row_number) from {rows} where file_row_number % {every} = 0"
            duckdb.execute(f"copy ({kept}) to {quoted(str(thin))} (format parquet, compression zstd)")
            thin.replace(file)
    return template


def _forget(settings: Settings, last: date) -> None:
    """The lake of built days goes, but for what the next day looks back on."""
    for day in all_days(settings.paths.lake):
        if day < last:
            for place in settings.paths.lake.glob(f"*/venue=*/day={day}"):
                shutil.rmtree(place)


def _size(place: Path) -> int:
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return sum(file.stat().st_size for file in files)


def _silent(_: str) -> None:
    pass


if __name__ == "__main__":
    asked = argparse.ArgumentParser(prog="python -m tests.bench.scale", description=__doc__)
    asked.add_argument("targets", nargs="*", choices=[*TARGETS, []], help="all unless some are named")
    asked.add_argument("--years", type=int, nargs="+", default=YEARS)
    asked.add_argument(
        "--every", type=int, default=1, help="one bar and one order in so many: 60 takes a small part of the time"
    )
    asked.add_argument("--days", type=int, default=365, help="days of a year")
    given = asked.parse_args()
    main(given.years, [TARGETS[name] for name in given.targets or TARGETS], given.every, given.days)
