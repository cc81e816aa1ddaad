"""Which days a build replaces and which it reads. What is done with them does not belong here.

`raw.build_days` are the days whose rows are replaced; `raw.dirty_days` outlives a build that did not come to its end, so
that the next one does its days as well; `raw.unpublished_days` are those built since readers got a copy.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta

import duckdb

from orchestration.feeds.datasets import ALL
from orchestration.settings import Settings
from orchestration.warehouse.database import connect
from orchestration.warehouse.relations import (
    FETCHES,
    all_days,
    fetch_files,
    has_day,
    lake_columns,
    lake_files,
    view_over,
)

ONE_DAY = timedelta(days=1)


CHUNK_BYTES, CHUNK_DAYS = 256 << 20, 366
"""What one pass of dbt does, which keeps it within its memory: Parquet of the lake, as much as a month of minute bars of 300
symbols has, and days, since each is compared with the 30 before it. A pass costs 4 s besides its data (measured 2026-11)."""


def prepare(settings: Settings, days: Iterable[date]) -> list[date]:
    """Point `raw` in the build file at the days to be built, and return these, in order."""
    build_days = due(settings, days)
    show(settings, build_days)
    return build_days


def renew(settings: Settings, models: str) -> int:
    """See to it that the build file is one that these models made; give how many days of another's are to be built anew.

    Figures of all days are those of one set of formulas: what an older one left is no part of the same history.
    """
    with opened(settings) as db:
        made_by = _models_of(db)
        if made_by == models:
            return 0
        left = all_days(settings.paths.lake) if _schemas(db) else []
        db.begin()
        for schema in _schemas(db):
            db.execute(f'drop schema "{schema}" cascade')
        db.execute(_BOOKS)
        db.execute("update raw.build set models = ?", [models])
        if left:
            db.executemany("insert into raw.dirty_days values (?)", [[day] for day in left])
        shutil.rmtree(settings.paths.spark, ignore_errors=True)
        db.commit()
    return len(left)


def _schemas(db: duckdb.DuckDBPyConnection) -> list[str]:
    """What there is but for the empty one that every database has."""
    query = "select schema_name from duckdb_schemas() where database_name = current_database() and not internal and schema_name <> 'main'"
    return [row[0] for row in db.execute(query).fetchall()]


def _models_of(db: duckdb.DuckDBPyConnection) -> str | None:
    known = db.execute(
        "select 1 from duckdb_columns() where schema_name = 'raw' and table_name = 'build' and column_name = 'models'"
    )
    if not known.fetchone():
        return None
    (models,) = db.execute("select models from raw.build").fetchone() or (None,)
    return None if models is None else str(models)


def due(settings: Settings, days: Iterable[date]) -> list[date]:
    """Note that the days are to be built, and give all that are, in order.

    They are the days given, those of builds that did not end, and of each the following one if the lake has it: its
    figures from close to close begin with this day's close.
    """
    with opened(settings) as db:
        db.execute(_BOOKS)
        started = sorted({*days, *dirty_days(db)})
        if started:
            _add(db, "dirty_days", started)
    following = {day + ONE_DAY for day in started if has_day(settings.paths.lake, day + ONE_DAY)}
    return sorted({*started, *following})


def show(settings: Settings, build_days: Sequence[date]) -> None:
    """Point `raw` in the build file at days, all of which are built next."""
    with opened(settings) as db:
        db.execute("create or replace table raw.build_days (day date)")
        if build_days:
            _add(db, "build_days", build_days)
            _add(db, "unpublished_days", build_days)
        _show_lake(db, settings, build_days)


def chunks(settings: Settings, days: Sequence[date]) -> list[list[date]]:
    """The days in order, in as few groups as the limits of a pass allow; one empty group where there are none."""
    groups: list[list[date]] = [[]]
    left = CHUNK_BYTES
    for day in days:
        size = sum(file.stat().st_size for dataset in ALL for file in lake_files(settings.paths.lake, dataset, [day]))
        if groups[-1] and (size > left or len(groups[-1]) == CHUNK_DAYS):
            groups.append([])
            left = CHUNK_BYTES
        groups[-1].append(day)
        left -= size
    return groups


def _add(db: duckdb.DuckDBPyConnection, book: str, days: Iterable[date]) -> None:
    """Note days in one of the books that it does not have yet. Not every catalogue knows keys."""
    db.execute(
        f"insert into raw.{book} select day from unnest($days::date[]) as given (day) where day not in (select day from raw.{book})",
        {"days": sorted(set(days))},
    )


_BOOKS = """
    create schema if not exists raw;
    create table if not exists raw.dirty_days (day date);
    create table if not exists raw.unpublished_days (day date);
    create table if not exists raw.build as select uuid()::varchar as id, null::varchar as models;
"""
_LOOKS_AHEAD = timedelta(days=7)
"""A build may change rows of later days, and of none longer than this before its first day."""


def unpublished_since(settings: Settings) -> date:
    """The first day of which a mart may differ from what this build file published; after all days if none does."""
    with opened(settings) as db:
        db.execute(_BOOKS)
        ((first,),) = db.execute("select min(day) from raw.unpublished_days").fetchall()
    return first - _LOOKS_AHEAD if first else date.max


def published(settings: Settings) -> None:
    """Note that everything built so far is published."""
    with opened(settings) as db:
        db.execute("delete from raw.unpublished_days")


def finished(settings: Settings) -> None:
    """Note that everything asked for so far is built."""
    with opened(settings) as db:
        db.execute("delete from raw.dirty_days")


def unfinished(settings: Settings) -> list[date]:
    """Days of builds that did not come to their end."""
    with opened(settings) as db:
        known = db.execute("select 1 from duckdb_tables() where schema_name = 'raw' and table_name = 'dirty_days'")
        return dirty_days(db) if known.fetchall() else []


def dirty_days(db: duckdb.DuckDBPyConnection) -> list[date]:
    """The same from an open build file that has the table."""
    return [row[0] for row in db.execute("select day from raw.dirty_days order by day").fetchall()]


@contextmanager
def opened(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The private build file, or what settings name in its stead; who opens it holds the lock."""
    settings.paths.build.mkdir(parents=True, exist_ok=True)
    with connect(settings, settings.build_database) as db:
        yield db


def _show_lake(db: duckdb.DuckDBPyConnection, settings: Settings, build_days: Sequence[date]) -> None:
    days = around(build_days)
    for dataset in ALL:
        shown = view_over(lake_columns(dataset), lake_files(settings.paths.lake, dataset, days))
        db.execute(f"create or replace view raw.{dataset} as {shown}")
    fetches = view_over(FETCHES, fetch_files(settings.paths.dumps, days))
    db.execute(f"create or replace view raw.fetches as {fetches}")


def around(days: Iterable[date]) -> set[date]:
    """With each day its neighbours: a close is the next open, and what happens at midnight is told on both sides."""
    return {day + offset * ONE_DAY for day in days for offset in (-1, 0, 1)}
