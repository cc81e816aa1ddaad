"""Facts read straight from a mart, looked up again one row at a time by what the fact itself says of its place."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from reports.facts.model import Fact, FactStore

TOLERANCE = 1e-9
_NOTHING = 1e-12
_SAFE_COLUMN = re.compile(
    r"sum\([a-z_]+\) / nullif\(sum\([a-z_]+\), 0\)|"
    r"[a-z0-9_]+|[a-z_]+\((\*|[a-z0-9_]+(, [a-z0-9_]+)?)\)( filter \(where (state = '[a-z]+'|[a-z_]+ (>=|<) [0-9.]+)\))?"
)
_SAFE_NAME = re.compile(r"[a-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Check:
    """A fact's value against the one found by other means."""

    id: str
    where: str
    said: object
    found: object


def reread(db: duckdb.DuckDBPyConnection, store: FactStore) -> Iterator[Check]:
    """Look up every fact that a mart states or sums."""
    for fact in store:
        if fact.model.startswith("marts.") and not fact.inputs and _is_column(fact):
            yield Check(fact.id, fact.id, fact.value, _lookup(db, fact))


def agrees(said: object, found: object) -> bool:
    """Whether two values are the same, numbers within one part in 10^9."""
    if isinstance(said, bool) or isinstance(found, bool):
        return said is found
    if isinstance(said, int | float) and isinstance(found, int | float):
        return math.isclose(said, found, rel_tol=TOLERANCE, abs_tol=_NOTHING)
    return said == found


def scalar(db: duckdb.DuckDBPyConnection, sql: str, **parameters: Any) -> Any:
    """Return the one value of a query, or None."""
    row = db.execute(sql, parameters).fetchone()
    return row[0] if row else None


def _is_column(fact: Fact) -> bool:
    """Facts about the day as a whole (hours covered, files) have names of their own; derived.py looks after them."""
    return fact.id.split(".")[0] not in (
        "liquidations",
        "prices",
        "caps",
        "leverage",
        "signals",
        "cascade",
        "window",
    ) and not (fact.id.startswith("files.") and len(fact.where) == 1)


def _lookup(db: duckdb.DuckDBPyConnection, fact: Fact) -> Any:
    mart = fact.model.removeprefix("marts.")
    names = [name for name in fact.where if name != "day"]
    if not (
        _SAFE_NAME.fullmatch(mart) and _SAFE_COLUMN.fullmatch(fact.column) and all(map(_SAFE_NAME.fullmatch, names))
    ):
        return "a place that is none"
    rows = " and ".join(["day = $day", *(f"{name} = ${name}" for name in names)])
    return scalar(
        db, f"select any_value(found) from (select {fact.column} as found from marts.{mart} where {rows})", **fact.where
    )
