"""One more day on a short and on a long history, and a year in one run against the same SQL run by hand.

The long history is the sample market's days moved back in time, again and again, so that its lake has what a real one has.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb

from orchestration.feeds.datasets import ALL
from orchestration.landing.fetch import fetch_day
from orchestration.landing.lake import land_day
from orchestration.sample_market import calendar, write
from orchestration.settings import Settings, engine, load
from orchestration.sql import quoted
from orchestration.warehouse import build, window
from tests.bench import compiled

NEWEST = calendar.EVENT_DAY
SHORT, YEAR, LONG = 30, 365, 3 * 365
ROUNDS = 3
SOURCES = ("binance", "tardis", "coinmetrics")


def report(long: int = LONG) -> None:
    """Print what one more day costs after a short and after a long history, and what a year costs beside the bare SQL."""
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as folder:
        template = _landed(Path(folder))
        seconds = [_one_more(_home(Path(folder) / str(n_days), template, n_days), n_days) for n_days in (SHORT, long)]
        print(f"  ratio {seconds[1] / seconds[0]:.2f}")
        _a_year(_home(Path(folder) / "year", template, YEAR - 1))


def _a_year(settings: Settings) -> None:
    """A year built in one run with all its data tests, against the same SQL in one DuckDB process."""
    days = list(_days(NEWEST - timedelta(days=YEAR - 1), NEWEST))
    building = _timed(lambda: build.build(settings, days, log=_silent))
    n_rows = _rows(settings)
    statements, checks = compiled.statements(settings), _checks(settings)
    bare = _bare(settings, days, [*statements, *checks])
    print(f"a year in one run: {building:.1f} s, {n_rows:,} rows of marts, every data test run")
    print(f"  its {len(statements)} models and {len(checks)} data tests by hand in one DuckDB process: {bare:.1f} s")
    print(f"  ratio {building / bare:.2f}")


def _checks(settings: Settings) -> list[str]:
    """What dbt made of the data tests."""
    files = [
        (compiled.folder(settings) / node["original_file_path"], Path(node["path"]).name)
        for node in compiled.nodes().values()
        if node["resource_type"] == "test"
    ]
    # Those of a yml lie in a folder of its name.
    return [f"select count(*) from ({(at / name if at.is_dir() else at).read_text()})" for at, name in files]


def _bare(settings: Settings, days: Sequence[date], statements: Sequence[str]) -> float:
    """Seconds of the statements alone, on a new file beside the same lake, until it is closed."""
    window.renew(settings, "by hand")
    window.show(settings, days)
    build.run_dbt(settings, ["seed"])
    return _timed(lambda: _execute(settings, statements))


def _execute(settings: Settings, statements: Sequence[str]) -> None:
    with duckdb.connect(str(settings.paths.warehouse), config=engine(settings)) as db:
        for schema in ("staging", "intermediate", "marts"):
            db.execute(f"create schema if not exists {schema}")
        for statement in statements:
            db.execute(statement).fetchall()


def _one_more(settings: Settings, n_days: int) -> float:
    days = [NEWEST - timedelta(days=n) for n in range(n_days, 0, -1)]
    loading = _timed(lambda: build.build(settings, days, log=_silent))
    build.publish_built(settings, log=_silent)
    building, publishing = zip(*(_night(settings) for _ in range(ROUNDS)), strict=True)
    print(
        f"one more day after {n_days}: build {min(building):.2f} s, publish {min(publishing):.2f} s; {_rows(settings):,} rows of marts"
    )
    print(f"  the {n_days} days before it, in one run: {loading:.1f} s")
    return min(building) + min(publishing)


def _night(settings: Settings) -> tuple[float, float]:
    building = _timed(lambda: build.build(settings, [NEWEST], log=_silent))
    return building, _timed(lambda: build.publish_built(settings, log=_silent))


def _landed(root: Path) -> Settings:
    """The sample market's last days up to the newest, in a lake."""
    write(root / "archive", first_day=NEWEST - timedelta(days=SHORT), last_day=NEWEST)
    settings = load(root / "template", str(root / "archive"))
    for day in _days(NEWEST - timedelta(days=SHORT), NEWEST):
        for source in SOURCES:
            fetch_day(settings, source, day)
        for dataset in ("candles", "caps", "funding", "liquidations", "open_interest"):
            land_day(settings, dataset, day)
    return settings


def _home(home: Path, template: Settings, n_days: int) -> Settings:
    """A home whose lake has the newest day and as many before it."""
    settings = load(home)
    days = [NEWEST - timedelta(days=n) for n in range(n_days + 1)]
    moved(template, settings, days, lambda day: NEWEST - (NEWEST - day) % timedelta(days=SHORT + 1))
    return settings


def moved(template: Settings, settings: Settings, days: Iterable[date], origin_of: Callable[[date], date]) -> None:
    """Fill the lake of a home with days, each a day of the template's moved in time."""
    lake = template.paths.lake
    with duckdb.connect() as db:
        for day in days:
            origin = origin_of(day)
            for file in sorted(lake.glob(f"*/venue=*/day={origin}/*.parquet")):
                target = settings.paths.lake / file.relative_to(lake).as_posix().replace(str(origin), str(day))
                _move(db, file, target, day - origin)


def _move(db: duckdb.DuckDBPyConnection, file: Path, target: Path, by: timedelta) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not by:
        shutil.copyfile(file, target)
        return
    instants = [name for name, column in ALL[file.parts[-4]].columns.items() if column.type == "TIMESTAMP"]
    shifted = ", ".join(f'"{name}" + to_days({by.days}) as "{name}"' for name in instants)
    db.execute(
        f"copy (select *{f' replace ({shifted})' if shifted else ''} from read_parquet({quoted(str(file))}, hive_partitioning = false)) "
        f"to {quoted(str(target))} (format parquet, compression zstd)"
    )


def _rows(settings: Settings) -> int:
    with window.opened(settings) as db:
        tables = db.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
        return sum(db.execute(f'select count(*) from marts."{table}"').fetchall()[0][0] for (table,) in tables)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _silent(_: str) -> None:
    pass
