"""`python -m tests.parity [FOLDER]`: a few simulated days on a standalone cluster and on DuckDB; exit code 1 on any difference.

DuckDB builds them in one run; on Spark a day of the middle comes late, so that partitions are replaced, and the first
build of it is killed. What a folder holds already is not made again, but the marts on Spark are.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from orchestration.feeds.catalog import SOURCES
from orchestration.feeds.datasets import DATASETS
from orchestration.landing.fetch import fetch_days
from orchestration.landing.lake import land_day
from orchestration.sample_market import calendar, write
from orchestration.settings import Settings, Warehouse
from orchestration.warehouse.build import BuildError, build, parse
from orchestration.warehouse.spark import hand_over
from tests.parity.cluster import SETTINGS, cluster
from tests.parity.compare import compare, contracts
from tests.parity.killed import build_and_kill

DAYS = [calendar.EVENT_DAY + timedelta(days=offset) for offset in range(-2, 2)]
LATE = calendar.EVENT_DAY - timedelta(days=1)
ASSETS = ("BTC", "ETH", "SOL")
SHOWN = 40


def main(folder: Path) -> int:
    """Build both and print what differs, a mart that could not be built by its name; the last line counts."""
    say = _clock()
    duck = Settings(home=folder / "duckdb", archive=str(folder / "archive"), threads=2)
    if not duck.paths.warehouse.exists():
        land(duck, DAYS)
        say("landed")
        build(duck, DAYS, say)
    say("built on DuckDB")
    spark = Settings(home=folder / "spark", threads=2, warehouse=Warehouse(engine="spark"))
    share_lake(duck, spark)
    with cluster(folder / "cluster") as master:
        say(f"a master and two workers at {master}")
        try:
            build(on_cluster(spark, master), [day for day in DAYS if day != LATE], say)
            say(f"built on Spark, all but {LATE}")
            say(f"a build of {LATE} killed with {build_and_kill(spark, master, LATE)} tables replaced")
            build(on_cluster(spark, master), [LATE], say)
            say(f"built on Spark, {LATE} into them")
        except BuildError as error:
            say(str(error))
            hand_over(spark, parse(engine="spark"))
    found = compare(duck.paths.warehouse, spark.paths.warehouse, contracts(parse()))
    for what, number in list(found.differences.items())[:SHOWN]:
        print(f"  {what}: {number} rows, such as {found.examples[what]}")
    print(found.summary)
    return 1 if found.differences else 0


def land(settings: Settings, days: list[date]) -> None:
    """Write the market of these days as dumps and land them."""
    write(Path(str(settings.archive)), first_day=days[0], last_day=days[-1], assets=ASSETS, workers=2)
    for source in SOURCES:
        fetch_days(settings, source, days, lambda _: None)
    for dataset in DATASETS:
        for day in days:
            land_day(settings, dataset, day)


def share_lake(of: Settings, by: Settings) -> None:
    """Both homes read the same files; what Spark had made is made anew."""
    shutil.rmtree(by.home, ignore_errors=True)
    by.home.mkdir(parents=True)
    by.paths.lake.symlink_to(of.paths.lake)
    by.paths.dumps.symlink_to(of.paths.dumps)


def on_cluster(settings: Settings, master: str) -> Settings:
    """The same settings, computed there."""
    return settings.model_copy(update={"warehouse": Warehouse(engine="spark", master=master, spark=SETTINGS)})


def _clock() -> Callable[[str], None]:
    began = time.monotonic()
    return lambda told: print(f"{time.monotonic() - began:6.1f} s  {told}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(main(Path(sys.argv[1]).resolve()))
    with tempfile.TemporaryDirectory(prefix="tidemark-parity-") as scratch:
        sys.exit(main(Path(scratch)))
