"""SQL that shows the lake's Parquet files as relations of the documented columns. Which files and days is for the caller."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb

from orchestration.feeds.datasets import ALL
from orchestration.sql import quoted

FETCHES: Mapping[str, str] = {
    "dump_path": "VARCHAR",
    "sha256": "VARCHAR",
    "fetched_at": "TIMESTAMP",
    "address": "VARCHAR",
}


def lake_columns(dataset: str) -> dict[str, str]:
    """Column names and DuckDB types of one dataset as a relation: its own, then the two of the folders."""
    own = {name: column.type for name, column in ALL[dataset].columns.items()}
    return {**own, "venue": "VARCHAR", "day": "DATE"}


def lake_files(lake: Path, dataset: str, days: Iterable[date]) -> list[Path]:
    """The files that the lake has of these days, in a stable order."""
    venues = sorted((lake / dataset).glob("venue=*"))
    return [
        file for venue in venues for day in sorted(days) for file in sorted((venue / f"day={day}").glob("*.parquet"))
    ]


def has_day(lake: Path, day: date) -> bool:
    """Whether the lake has anything of a day."""
    return any(lake_files(lake, dataset, [day]) for dataset in ALL)


def all_days(lake: Path) -> list[date]:
    """The days that the lake has anything of, in order."""
    names = {place.name for dataset in ALL for place in (lake / dataset).glob("venue=*/day=*")}
    return [day for name in sorted(names) if has_day(lake, day := date.fromisoformat(name.removeprefix("day=")))]


def fetch_files(dumps: Path, days: Iterable[date]) -> list[Path]:
    """The lists of what was fetched for these days."""
    sources = sorted((dumps / ".fetches").glob("source=*"))
    return [file for source in sources for day in sorted(days) if (file := source / f"day={day}.parquet").exists()]


_FOLDERS = {"venue": "varchar", "day": "date"}
"""What the lake's folders tell of a row, by DuckDB's types."""


def view_over(columns: Mapping[str, str], files: Sequence[Path | str], folders: Mapping[str, str] | None = None) -> str:
    """A query over Parquet files (or globs), or an empty relation of the same columns where there are none.

    `folders` are columns that the names of folders tell: those of the lake unless said otherwise.
    """
    if not files:
        fields = ", ".join(f'null::{kind} as "{name}"' for name, kind in columns.items())
        return f"select {fields} where false"
    fields = ", ".join(f'"{name}"::{kind} as "{name}"' for name, kind in columns.items())
    listed = ", ".join(quoted(str(file)) for file in files)
    told = folders or (_FOLDERS if "day" in columns else {"source": "varchar"})
    types = "{" + ", ".join(f"'{name}': {kind}" for name, kind in told.items()) + "}"
    return f"select {fields} from read_parquet([{listed}], hive_partitioning = true, hive_types = {types}, union_by_name = true)"


def count_provenance(lake: Path, dataset: str, days: Iterable[date]) -> dict[str, int]:
    """What the lake notes about these days: hours by state, dump files and bytes, or quarantined rows by reason."""
    what = {
        "coverage": "'hours ' || state, count(*)",
        "dump_files": "unnest(['files', 'bytes', 'rows_kept']), unnest([count(distinct sha256), sum(bytes), sum(rows_kept)])",
        "quarantine": "reason, count(*)",
    }[dataset]
    source = view_over(lake_columns(dataset), lake_files(lake, dataset, days))
    groups = "" if dataset == "dump_files" else "group by 1 order by 2 desc, 1 limit 20"
    with duckdb.connect() as db:
        rows = db.execute(f"select {what} from ({source}) {groups}").fetchall()
    return {name: int(count or 0) for name, count in rows}
