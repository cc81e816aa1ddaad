"""What the charts ask of schema `marts`: rows as dictionaries, which hours were covered, and the caption.

What belongs here: questions that more than one chart asks. What does not: drawing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import duckdb

from reports import names, numbers

Row = dict[str, Any]
Gap = Literal["missing", "partial"]
LIQUIDATIONS = ("liquidations", "liquidation_bars")
PRICES = ("candles",)
CAPS = ("candles", "caps")
LEVERAGE = ("open_interest", "funding")


def rows(db: duckdb.DuckDBPyConnection, sql: str, **parameters: Any) -> list[Row]:
    """Run a query with `$name` parameters and return its rows by column name."""
    cursor = db.execute(sql, parameters)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a day was covered over the venues that were expected to have files for it."""

    gaps: Mapping[int, Gap]
    """Hours that are not complete at every venue; `missing` where no venue has anything."""
    venues: tuple[str, ...]
    sources: tuple[str, ...]
    simulated: bool
    known: bool
    """False where nothing was recorded about coverage; then no hour counts as a gap."""

    def in_words(self) -> str:
        """`22 of 24 hours complete at all 3 venues`."""
        if not self.known:
            return "not recorded"
        where = "at 1 venue" if len(self.venues) == 1 else f"at all {len(self.venues)} venues"
        return f"{24 - len(self.gaps)} of 24 hours complete {where}"


def coverage(db: duckdb.DuckDBPyConnection, day: date, datasets: Sequence[str]) -> Coverage:
    """Read coverage of `day` over the given datasets, as one state per hour."""
    states = rows(db, _STATES, day=day, datasets=list(datasets))
    files = rows(db, _FILES, day=day, datasets=list(datasets))
    by_hour = {row["hour"]: row for row in states}
    gaps = {hour: gap for hour in range(24) if states and (gap := _gap(by_hour.get(hour)))}
    venues = sorted({venue for row in states for venue in row["venues"]})
    sources = tuple(row["source"] for row in files)
    return Coverage(gaps, tuple(venues), sources, any(row["simulated"] for row in files), bool(states))


def caption(unit: str, day: date, cover: Coverage, *notes: str, simulated: bool = False) -> str:
    """Unit, day and cut-off in UTC, sources, coverage, notes; simulated data is named first."""
    parts = ["Simulated data."] if simulated or cover.simulated else []
    parts.append(f"{unit}; {numbers.short_day(day)}, 00:00 to 24:00 UTC.")
    parts.append(f"Source: {', '.join(map(names.venue, cover.sources))}." if cover.sources else "Source: not recorded.")
    parts.append(f"Coverage: {cover.in_words()}.")
    return " ".join([*parts, *(note for note in notes if note)])


def gap_note(cover: Coverage) -> str:
    """Explain the marks that the picture uses for gaps, if it has any."""
    kinds = set(cover.gaps.values())
    missing = "Hatched: not covered, which is not zero." if "missing" in kinds else ""
    partial = "Shaded: partly covered, so at least this much." if "partial" in kinds else ""
    return " ".join(note for note in (missing, partial) if note)


def spans(gaps: Mapping[int, Gap], kind: Gap) -> list[tuple[int, int]]:
    """Merge neighbouring hours of one kind to half-open spans: {3, 4, 9} -> [(3, 5), (9, 10)]."""
    merged: list[tuple[int, int]] = []
    for hour in sorted(hour for hour, gap in gaps.items() if gap == kind):
        if merged and merged[-1][1] == hour:
            merged[-1] = (merged[-1][0], hour + 1)
        else:
            merged.append((hour, hour + 1))
    return merged


def _gap(state: Row | None) -> Gap | None:
    if state is None or state["n"] == state["n_missing"]:
        return "missing"
    return None if state["n"] == state["n_complete"] else "partial"


_STATES = """
select
    hour,
    count(*) as n,
    count(*) filter (where state = 'missing') as n_missing,
    count(*) filter (where state = 'complete') as n_complete,
    list(distinct venue) as venues
from marts.coverage_hourly
where day = $day and list_contains($datasets, dataset)
group by hour
"""

_FILES = """
select source, bool_or(simulated) as simulated
from marts.dump_files
where day = $day and list_contains($datasets, dataset)
group by source
order by source
"""
