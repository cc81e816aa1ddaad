"""`[[alerts.thresholds]]`: rows of a day in a mart whose column passes what the user wrote, told of once each."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from orchestration.alerts.message import Alert
from orchestration.alerts.sent import send_once
from orchestration.settings import Settings, SettingsError, Threshold
from orchestration.sql import quoted_name
from reports import numbers

_SHOWN = 10
_NAMES = frozenset({"asset", "venue", "universe", "liquidated_side", "side", "level", "bucket", "bin"})
"""Columns that say which row of a day it is."""


@dataclass(frozen=True)
class Passed:
    """A row that passed a threshold: what names it, and its value."""

    names: tuple[str, ...]
    value: Any


def alert_thresholds(settings: Settings, day: date) -> list[str]:
    """Send what passed on the day and was not sent before; returns a line per threshold that was told of.

    Raises SettingsError for a mart or column that is not there, AlertError where a channel did not take an alert.
    """
    told = []
    with duckdb.connect(str(settings.paths.published_db), read_only=True) as db:
        found = [(threshold, _passed(db, threshold, day)) for threshold in settings.alerts.thresholds]
    for threshold, rows in found:
        for row in rows[:_SHOWN]:
            key = f"{day} {threshold.name} {' '.join(row.names)}"
            if left := send_once(settings, key, _alert(threshold, day, row)):
                told.append(f"{threshold.name}: {', '.join(row.names) or 'market'} ({', '.join(left)})")
    return told


def _passed(db: duckdb.DuckDBPyConnection, threshold: Threshold, day: date) -> list[Passed]:
    columns = _columns(db, threshold)
    named = [name for name in columns if name in _NAMES and name != threshold.column]
    operator, limit = threshold.condition
    conditions = ["day = ?", f"{quoted_name(threshold.column)} {operator} ?"]
    conditions += [f"{quoted_name(name)} = ?" for name in threshold.where]
    select = ", ".join(map(quoted_name, [threshold.column, *named]))
    rows = db.execute(
        f"select {select} from marts.{quoted_name(threshold.mart)} where {' and '.join(conditions)} "
        f"order by {quoted_name(threshold.column)} {'desc' if operator == '>' else 'asc'}",
        [day, limit, *threshold.where.values()],
    ).fetchall()
    return [Passed(tuple(str(name) for name in names if name is not None), value) for value, *names in rows]


def _columns(db: duckdb.DuckDBPyConnection, threshold: Threshold) -> dict[str, str]:
    rows = db.execute(
        "select column_name, data_type from duckdb_columns() where schema_name = 'marts' and table_name = ?",
        [threshold.mart],
    ).fetchall()
    columns = dict(rows)
    if not columns:
        raise SettingsError(f"alerts.thresholds {threshold.name}: there is no mart {threshold.mart}")
    for name in ("day", threshold.column, *threshold.where):
        if name not in columns:
            raise SettingsError(
                f"alerts.thresholds {threshold.name}: {threshold.mart} has no column {name}; it has {', '.join(sorted(columns))}"
            )
    return columns


def _alert(threshold: Threshold, day: date, row: Passed) -> Alert:
    operator, limit = threshold.condition
    words = {">": "over", "<": "under", "=": "is"}[operator]
    value = _printed(threshold.column, row.value)
    subject = " ".join([f"{threshold.name}:", *row.names, value]).strip()
    line = f"{day} (UTC), {', '.join(row.names) or 'market'}: {threshold.column} {value}"
    lines = (
        line + ("" if operator == "=" else f", {words} {_printed(threshold.column, limit)}"),
        f"From marts.{threshold.mart}, as published; the recap of the day tells the rest.",
    )
    fields = {"day": str(day), "threshold": threshold.name, "mart": threshold.mart, "column": threshold.column}
    return Alert("threshold", subject, lines, {**fields, "names": list(row.names), "value": row.value, "limit": limit})


def _printed(column: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if column.endswith("_usd"):
        return ("minus " if value < 0 else "") + numbers.usd(value)
    if column.endswith(("_pct", "_share")):
        return ("minus " if value < 0 else "") + numbers.percent(value)
    return f"{value:,.4g}"
