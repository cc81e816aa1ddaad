"""The copy that readers get: a fresh DuckDB file and one Parquet file per mart and month, each swapped in whole.

A reader that holds the file open keeps the publication it opened; one that opens it anew gets the newest. The private
build file is never theirs.
"""

import shutil
import uuid
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from orchestration.feeds.datasets import ALL
from orchestration.settings import Settings
from orchestration.sql import quoted
from orchestration.warehouse import recap_tables, revisions, window
from orchestration.warehouse.database import connect
from orchestration.warehouse.relations import lake_columns, view_over
from orchestration.warehouse.swap import remove_leftovers, swap_in

STORAGE_VERSION = "v1.5.0"
"""The oldest DuckDB that readers may have: 2.0's own format opens in nothing older."""

_COPIED = ("marts", "seeds")
_META = ["build", "lake", "revisions"]
"""Tables about the publication itself: the build file it came from, the lake's files that `raw` shows, what it changed."""


@dataclass
class PublishReport:
    """What came out: rows per mart and the size of the database file."""

    marts: dict[str, int] = field(default_factory=dict)
    bytes: int = 0


def publish(settings: Settings) -> PublishReport:
    """Copy marts and seeds out of the build file, in a fixed order of rows; the caller holds the lock.

    What lies before the first day built since the last publication is taken over from it, so that a night costs the same
    after three years as after a month. Anything else about the publication that changed makes it anew.
    """
    published = settings.paths.published
    published.mkdir(parents=True, exist_ok=True)
    remove_leftovers(published)
    fresh = published / f".tidemark-{uuid.uuid4().hex}.duckdb"
    since = window.unpublished_since(settings)
    is_whole = not _is_of_this_build(settings)
    if is_whole:
        since = date.min
    else:
        shutil.copyfile(settings.paths.published_db, fresh)
    with _attached(settings, fresh) as db:
        marts = _tables(db, "built", "marts")
        if is_whole:
            _copy_whole(db, settings.paths.published_db)
        else:
            revisions.note(db, "fresh", since)
            for mart in marts:
                _replace_days(db, mart, since)
        _show_lake(db, settings.paths.lake)
        db.execute("checkpoint fresh")
        report = PublishReport({mart: _count(db, mart) for mart in marts})
        parts = [part for mart in marts for part in _write_parquet(db, published, mart, since)]
    report.bytes = fresh.stat().st_size
    for part, target in [*parts, (fresh, settings.paths.published_db)]:
        swap_in(part, target)
    if is_whole:
        _remove_others(published, {target for _, target in parts})
    window.published(settings)
    return report


@contextmanager
def _attached(settings: Settings, fresh: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(settings, temp_directory=str(settings.paths.build / "spill")) as db:
        db.execute(f"attach {quoted(settings.build_database)} as built (read_only)")
        db.execute(f"attach {quoted(str(fresh))} as fresh (storage_version {quoted(STORAGE_VERSION)})")
        yield db


def _is_of_this_build(settings: Settings) -> bool:
    """Whether what is published came out of this build file, with the same tables, columns, comments and seeds."""
    if not settings.paths.published_db.exists():
        return False
    with connect(settings) as db:
        db.execute(f"attach {quoted(settings.build_database)} as built (read_only)")
        db.execute(f"attach {quoted(str(settings.paths.published_db))} as old (read_only)")
        return _tables(db, "old", "meta") == _META and _of(db, "built") == _of(db, "old")


def _of(db: duckdb.DuckDBPyConnection, catalog: str) -> tuple[object, ...]:
    """What two files must agree in: the build's name, the shape of the marts, the seeds' rows."""
    schema = "raw" if catalog == "built" else "meta"
    build = db.execute(f"select id from {catalog}.{schema}.build").fetchall()
    shape = f"""
        select schema_name, table_name, column_name, data_type, comment from duckdb_columns()
        where database_name = '{catalog}' and schema_name in {_COPIED} order by all
    """
    seeds = [
        db.execute(f'select bit_xor(hash(t)), count(*) from {catalog}.seeds."{table}" as t').fetchall()
        for table in _tables(db, catalog, "seeds")
    ]
    return build, db.execute(shape).fetchall(), seeds


def _tables(db: duckdb.DuckDBPyConnection, catalog: str, schema: str) -> list[str]:
    """Tables, or the views over what another engine has made."""
    query = """
        select table_name from duckdb_tables() where database_name = $1 and schema_name = $2
        union all select view_name from duckdb_views() where database_name = $1 and schema_name = $2 and $1 = 'built'
        order by all
    """
    return [row[0] for row in db.execute(query, [catalog, schema]).fetchall()]


def _count(db: duckdb.DuckDBPyConnection, mart: str) -> int:
    return int(db.execute(f'select count(*) from fresh.marts."{mart}"').fetchall()[0][0])


def _copy_whole(db: duckdb.DuckDBPyConnection, before: Path) -> None:
    for schema in _COPIED:
        _copy_schema(db, schema)
    db.execute(
        "create schema fresh.raw; create schema fresh.meta; create table fresh.meta.build as select * from built.raw.build"
    )
    db.execute("create table fresh.meta.lake (dataset varchar primary key, pattern varchar)")
    revisions.create(db)
    if before.exists():
        db.execute(f"attach {quoted(str(before))} as old (read_only)")
        if "revisions" in _tables(db, "old", "meta"):
            revisions.take_over(db)
            revisions.note(db, "old", date.min)
        if _tables(db, "old", "recaps") == list(recap_tables.TABLES):
            recap_tables.take_over(db)


def _copy_schema(db: duckdb.DuckDBPyConnection, schema: str) -> None:
    db.execute(f"create schema fresh.{schema}")
    for table in _tables(db, "built", schema):
        db.execute(f'create table fresh.{schema}."{table}" as select * from built.{schema}."{table}" order by all')
    comments = """
        select table_name, column_name, comment from duckdb_columns()
        where database_name = 'built' and schema_name = ? and comment is not null
    """
    for table, column, comment in db.execute(comments, [schema]).fetchall():
        db.execute(f'comment on column fresh.{schema}."{table}"."{column}" is {quoted(comment)}')


def _replace_days(db: duckdb.DuckDBPyConnection, mart: str, since: date) -> None:
    db.execute(f'delete from fresh.marts."{mart}" where day >= ?', [since])
    db.execute(
        f'insert into fresh.marts."{mart}" select * from built.marts."{mart}" where day >= ? order by all', [since]
    )


def _show_lake(db: duckdb.DuckDBPyConnection, lake: Path) -> None:
    """`raw`: every row of the lake, all days, as it stands when it is queried. A view opens every file when it is made."""
    shown = set(db.execute("select dataset, pattern from fresh.meta.lake").fetchall())
    for dataset in ALL:
        pattern = lake.resolve() / dataset / "venue=*/day=*/*.parquet"
        files = [pattern] if any((lake / dataset).glob("venue=*/day=*/*.parquet")) else []
        if (dataset, str(files)) not in shown:
            db.execute(f"create or replace view fresh.raw.{dataset} as {view_over(lake_columns(dataset), files)}")
            db.execute("insert or replace into fresh.meta.lake values (?, ?)", [dataset, str(files)])


def _write_parquet(
    db: duckdb.DuckDBPyConnection, published: Path, mart: str, since: date
) -> Iterator[tuple[Path, Path]]:
    """One file per month that has a day from `since` on; a mart without any has one file without rows."""
    folder = published / mart
    folder.mkdir(exist_ok=True)
    months = f"""
        select distinct date_trunc('month', day) as month from fresh.marts."{mart}" where day >= ? order by 1
    """
    starts = [row[0] for row in db.execute(months, [since.replace(day=1)]).fetchall()]
    for start in starts or ([date.min] if since == date.min else []):
        target = folder / (f"{start:%Y-%m}.parquet" if starts else "no-days.parquet")
        part = target.with_name(f".{target.stem}-{uuid.uuid4().hex}.part")
        db.execute(
            f"""
            copy (select * from fresh.marts."{mart}" where date_trunc('month', day) = {quoted(str(start))}::date order by all)
            to {quoted(str(part))} (format parquet, compression zstd)
            """
        )
        yield part, target


def _remove_others(published: Path, kept: Set[Path]) -> None:
    """Files of a publication before, of months or marts that there are no more."""
    for file in published.glob("*/*.parquet"):
        if file not in kept:
            file.unlink()
