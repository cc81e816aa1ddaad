"""Rows of Python into a DuckDB table in one statement; `executemany` plans each row anew."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb


def create(
    db: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]
) -> None:
    """Create or replace a temporary table with these rows; `columns` gives DuckDB types."""
    fields = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    db.execute(f"create or replace temp table {table} ({fields})")
    insert(db, table, columns, rows)


def insert(
    db: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]
) -> None:
    """Add rows to a table; values are what JSON can say, days as ISO text."""
    if not rows:
        return
    values = ", ".join(f"(row->>{n})::{kind}" for n, kind in enumerate(columns.values()))
    db.execute(
        f"insert into {table} select {values} from (select unnest($rows::json[]) as row)",
        {"rows": json.dumps(rows, default=str)},
    )
