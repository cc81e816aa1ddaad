"""What a publication changes of figures that were published before, kept with the publication, since nothing else remembers it.

Only the headline marts are compared, and of these the numbers. A day that is published for the first time changes nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import duckdb

from orchestration.sql import quoted

COMPARED: Mapping[str, Sequence[str]] = {
    "liquidations_market_daily": (),
    "liquidations_by_asset_daily": ("asset",),
    "market_cap_total_daily": ("universe",),
    "market_cap_changes_daily": ("asset",),
    "leverage_daily": ("asset",),
    "event_history": (),
    "dump_files": ("dataset", "venue", "path"),
}
"""Marts by what tells their rows of one day apart."""

_COLUMNS = {
    "published_at": ("timestamp", "When the publication was made that changed the figure, UTC."),
    "mart": ("varchar", "Mart."),
    "day": ("date", "UTC day of the figure."),
    "key": (
        "varchar",
        "What tells the row from others of the day, such as the asset; empty where the day has one row.",
    ),
    "column_name": ("varchar", "Column of the mart, which has its unit."),
    "value_before": ("double", "Value as published before; NULL where there was none."),
    "value_after": ("double", "Value as published then; NULL where there is none any more."),
}
_CHANGED = """
    select r.mart, r.day, r.key, r.column_name, arg_min(value_before, published_at) as first_value,
        arg_max(value_after, published_at) as value, count(*) as n_revisions, max(published_at) as revised_at
    from meta.revisions as r group by all having first_value is distinct from value
"""


def create(db: duckdb.DuckDBPyConnection) -> None:
    """Make `meta.revisions` and the view `meta.changed_since_first` in `fresh`, without rows."""
    fields = ", ".join(f"{name} {kind}" for name, (kind, _) in _COLUMNS.items())
    db.execute(f"create table fresh.meta.revisions ({fields})")
    for name, (_, meaning) in _COLUMNS.items():
        db.execute(f"comment on column fresh.meta.revisions.{name} is {quoted(meaning)}")
    db.execute(f"use fresh; create view fresh.meta.changed_since_first as {_CHANGED}; use memory")


def take_over(db: duckdb.DuckDBPyConnection) -> None:
    """Bring what the publication `old` knows of earlier ones into `fresh`."""
    db.execute("insert into fresh.meta.revisions select * from old.meta.revisions order by all")


def note(db: duckdb.DuckDBPyConnection, before: str, since: date) -> None:
    """Add to `fresh` what of the days from `since` on is another number in `built` than in the publication `before`."""
    for mart, keys in COMPARED.items():
        columns = _numbers(db, before, mart) & _numbers(db, "built", mart)
        if columns:
            db.execute(_difference(before, mart, keys, sorted(columns)), [since])


def _numbers(db: duckdb.DuckDBPyConnection, catalog: str, mart: str) -> set[str]:
    query = """
        select column_name from duckdb_columns()
        where database_name = ? and schema_name = 'marts' and table_name = ? and data_type in ('DOUBLE', 'INTEGER', 'BIGINT')
    """
    return {row[0] for row in db.execute(query, [catalog, mart]).fetchall()}


def _difference(before: str, mart: str, keys: Sequence[str], columns: Sequence[str]) -> str:
    key = f"concat_ws(' · ', {', '.join(keys)})" if keys else "''"
    values = ", ".join(f'"{column}"::double as "{column}"' for column in columns)
    sides = {
        name: f"unpivot (select day, {key} as key, {values} from {catalog}.marts.{mart} where day >= $1) on columns(* exclude (day, key)) "
        "into name column_name value value"
        for name, catalog in (("old", before), ("new", "built"))
    }
    return f"""
        insert into fresh.meta.revisions
        with was as ({sides["old"]}), is_now as ({sides["new"]}),
        known as (select distinct day from {before}.marts.dump_files where day >= $1)
        select now()::timestamp, {quoted(mart)}, day, key, column_name, w.value, n.value
        from was as w full join is_now as n using (day, key, column_name) semi join known using (day)
        where w.value is distinct from n.value
        order by all
    """
