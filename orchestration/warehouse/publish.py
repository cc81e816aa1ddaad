"""The copy that readers get: a fresh DuckDB file and one Parquet file per mart, each swapped in whole.

A reader that holds the file open keeps the publication it opened; one that opens it anew gets the newest. The private
build file is never theirs.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.feeds.datasets import ALL
from orchestration.settings import Settings, engine
from orchestration.warehouse.relations import lake_columns, quoted, view_over

STORAGE_VERSION = "v1.5.0"
"""The oldest DuckDB that readers may have: 2.0's own format opens in nothing older."""

_COPIED = ("marts", "seeds")


@dataclass
class PublishReport:
    """What came out: rows per mart and the size of the database file."""

    marts: dict[str, int] = field(default_factory=dict)
    bytes: int = 0


def publish(settings: Settings) -> PublishReport:
    """Copy marts and seeds out of the build file, in a fixed order of rows; the caller holds the lock."""
    published = settings.paths.published
    published.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(published)
    fresh = published / f".tidemark-{uuid.uuid4().hex}.duckdb"
    with _attached(settings, fresh) as db:
        report = PublishReport({table: _rows(db, table) for table in _tables(db, "marts")})
        for schema in _COPIED:
            _copy_schema(db, schema)
        _show_lake(db, settings.paths.lake)
        db.execute("checkpoint fresh")
        parts = [_write_parquet(db, published, mart) for mart in report.marts]
    report.bytes = fresh.stat().st_size
    for part, target in [*parts, (fresh, settings.paths.published_db)]:
        _swap_in(part, target)
    return report


@contextmanager
def _attached(settings: Settings, fresh: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    db = duckdb.connect(config={**engine(settings), "temp_directory": str(settings.paths.build / "spill")})
    try:
        db.execute(f"attach {quoted(str(settings.paths.warehouse))} as built (read_only)")
        db.execute(f"attach {quoted(str(fresh))} as fresh (storage_version {quoted(STORAGE_VERSION)})")
        yield db
    finally:
        db.close()


def _tables(db: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    query = """
        select table_name from information_schema.tables
        where table_catalog = 'built' and table_schema = ? order by table_name
    """
    return [row[0] for row in db.execute(query, [schema]).fetchall()]


def _rows(db: duckdb.DuckDBPyConnection, mart: str) -> int:
    return int(db.execute(f'select count(*) from built.marts."{mart}"').fetchall()[0][0])


def _copy_schema(db: duckdb.DuckDBPyConnection, schema: str) -> None:
    db.execute(f"create schema fresh.{schema}")
    for table in _tables(db, schema):
        db.execute(f'create table fresh.{schema}."{table}" as select * from built.{schema}."{table}" order by all')
    comments = """
        select table_name, column_name, comment from duckdb_columns()
        where database_name = 'built' and schema_name = ? and comment is not null
    """
    for table, column, comment in db.execute(comments, [schema]).fetchall():
        db.execute(f'comment on column fresh.{schema}."{table}"."{column}" is {quoted(comment)}')


def _show_lake(db: duckdb.DuckDBPyConnection, lake: Path) -> None:
    """`raw`: every row of the lake, all days, as it stands when it is queried."""
    db.execute("create schema fresh.raw")
    for dataset in ALL:
        pattern = "venue=*/day=*/*.parquet"
        files = [lake.resolve() / dataset / pattern] if any((lake / dataset).glob(pattern)) else []
        db.execute(f"create view fresh.raw.{dataset} as {view_over(lake_columns(dataset), files)}")


def _write_parquet(db: duckdb.DuckDBPyConnection, published: Path, mart: str) -> tuple[Path, Path]:
    target = published / mart / f"{mart}.parquet"
    target.parent.mkdir(exist_ok=True)
    part = target.with_name(f".{mart}-{uuid.uuid4().hex}.part")
    db.execute(f'copy fresh.marts."{mart}" to {quoted(str(part))} (format parquet, compression zstd)')
    return part, target


def _swap_in(part: Path, target: Path) -> None:
    """Rename, with the bytes on disk before the name, and the name on disk after."""
    _sync(part)
    os.replace(part, target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_leftovers(published: Path) -> None:
    """What publications left that were killed: nobody reads names that begin with a dot."""
    for leftover in [*published.glob(".tidemark-*"), *published.glob("*/.*.part")]:
        leftover.unlink()
