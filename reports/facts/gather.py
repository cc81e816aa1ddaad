"""Reads the published marts of one day into facts. Read-only; nothing is computed that a mart does not state or SQL does not sum.

Derived facts are in derive.py. A NULL is no fact: what was not measured has no number.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import duckdb

from reports.facts.derive import derive
from reports.facts.marts import LIQUIDATIONS, MARTS, Mart, column_id
from reports.facts.model import COARSE, EXACT, Coverage, DumpFile, Fact, FactStore, Unit, fact_id

WEAK_BELOW = 0.9
"""Share of venue-hours with any liquidation data, below which the day counts as weakly covered (two significant digits)."""


_KEY_UNITS: Mapping[str, Unit] = {"hour": "hour", "started_at": "instant", "wave": "count"}


class NoDataError(LookupError):
    """The published warehouse has nothing of that day."""

    def __init__(self, day: date) -> None:
        super().__init__(f"no published rows for {day}")


def gather(db: duckdb.DuckDBPyConnection, day: date) -> FactStore:
    """Read every fact of `day`; raises `NoDataError` where no dump file was read for it."""
    files = _dump_files(db, day)
    if not files:
        raise NoDataError(day)
    states = _states(db, day)
    reader = _Reader(db, day, files, states)
    store = FactStore(day, (fact for mart in MARTS for fact in reader.facts(mart)), files)
    derive(store, states)
    return store


class _Reader:
    """Turns rows of a mart into facts, each with its coverage and dump files."""

    def __init__(
        self,
        db: duckdb.DuckDBPyConnection,
        day: date,
        files: Sequence[DumpFile],
        states: Sequence[Mapping[str, Any]],
    ) -> None:
        self.db, self.day, self.files, self.states = db, day, files, states
        self.weak = weak(states, _used(db, day))
        self.published = _published(db)
        self._sources: dict[tuple[tuple[str, ...], Any], tuple[Coverage, tuple[int, ...]]] = {}

    def facts(self, mart: Mart) -> Iterator[Fact]:
        there = self.published.get(mart.name, set())
        columns = {sql: unit for sql, unit in mart.columns.items() if mart.grouped or sql in there}
        for row in _rows(self.db, _select(mart, columns), self.day):
            keys = row[: len(mart.keys)]
            yield from self._of_row(mart, dict(zip(mart.keys, keys, strict=True)), columns, row[len(keys) :])

    def _of_row(
        self, mart: Mart, key: dict[str, Any], columns: Mapping[str, Unit], values: Sequence[Any]
    ) -> Iterator[Fact]:
        names: dict[str, tuple[Unit, Any]] = {
            name: (_KEY_UNITS.get(name, "name"), value) for name, value in key.items()
        }
        read = zip(columns.items(), values, strict=True)
        names |= {sql: (unit, value) for (sql, unit), value in read if value is not None}
        for sql, (unit, value) in names.items():
            yield self._fact(mart, key, sql, unit, value)

    def _fact(self, mart: Mart, key: dict[str, Any], sql: str, unit: Unit, value: Any) -> Fact:
        datasets = (key["dataset"],) if "dataset" in key else mart.datasets
        coverage, files = self._source(datasets, key.get("venue"))
        return Fact(
            id=fact_id(mart.prefix, *(str(part) for part in key.values()), column_id(sql)),
            metric=column_id(sql),
            entity="@".join(str(part) for part in key.values()) or "market",
            window=f"{self.day}T00:00Z/{self.day + timedelta(days=1)}T00:00Z",
            value=value,
            unit=unit,
            as_of=datetime.combine(self.day + timedelta(days=1), time()),
            coverage=coverage,
            model=f"marts.{mart.name}",
            column=sql.split(" as ")[0],
            where={"day": self.day, **key},
            dump_files=files,
            digits=COARSE if self.weak and mart.datasets == LIQUIDATIONS else EXACT,
        )

    def _source(self, datasets: tuple[str, ...], venue: Any) -> tuple[Coverage, tuple[int, ...]]:
        """Coverage and dump files; thousands of facts share a few."""
        if (datasets, venue) not in self._sources:
            numbers = (file.number for file in self.files if file.dataset in datasets and venue in (None, file.venue))
            self._sources[datasets, venue] = coverage_of(self.states, datasets, venue), tuple(numbers)
        return self._sources[datasets, venue]


def _published(db: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """Columns of each mart; asked for one by one, they would take half of the time that all facts do."""
    found: dict[str, set[str]] = {}
    sql = "select table_name, column_name from duckdb_columns() where schema_name = 'marts'"
    for mart, column in db.execute(sql).fetchall():
        found.setdefault(mart, set()).add(column)
    return found


def weak(states: Sequence[Mapping[str, Any]], datasets: Sequence[str]) -> bool:
    """Whether too few venue-hours of the liquidations used were seen for three significant digits."""
    found = [state["state"] for state in states if state["dataset"] in datasets]
    return bool(found) and sum(state != "missing" for state in found) < WEAK_BELOW * len(found)


def coverage_of(states: Sequence[Mapping[str, Any]], datasets: Sequence[str], venue: str | None = None) -> Coverage:
    """Sum the hourly states of datasets (at one venue, or all expected ones) up to one word for the day."""
    found = {state["state"] for state in states if state["dataset"] in datasets and venue in (None, state["venue"])}
    if not found:
        return "unknown"
    if len(found) == 1:
        state: Coverage = found.pop()
        return state
    return "partial"


def _used(db: duckdb.DuckDBPyConnection, day: date) -> tuple[str, ...]:
    """Datasets that the totals rest on: where every asset is an aggregator's, gaps in orders weaken nothing."""
    bases = {
        row[0]
        for row in _rows(db, "select distinct basis from marts.liquidations_by_venue_daily where day = $day", day)
    }
    return ("liquidation_bars",) if bases == {"aggregated"} else LIQUIDATIONS


def _select(mart: Mart, columns: Mapping[str, Unit]) -> str:
    keys = ", ".join(mart.keys)
    group = f" group by {keys}" if mart.grouped and keys else ""
    order = ", ".join(part for part in (mart.order, keys) if part)
    chosen = ", ".join(part for part in (keys, *columns) if part)
    rows = f"day = $day and ({mart.where})" if mart.where else "day = $day"
    return f"select {chosen} from marts.{mart.name} where {rows}{group}" + (f" order by {order}" if order else "")


def _rows(db: duckdb.DuckDBPyConnection, sql: str, day: date) -> list[tuple[Any, ...]]:
    return db.execute(sql, {"day": day}).fetchall()


def _states(db: duckdb.DuckDBPyConnection, day: date) -> list[dict[str, Any]]:
    names = ("dataset", "venue", "hour", "state", "reason")
    sql = f"select {', '.join(names)} from marts.coverage_hourly where day = $day order by dataset, venue, hour"
    return [dict(zip(names, row, strict=True)) for row in _rows(db, sql, day)]


def _dump_files(db: duckdb.DuckDBPyConnection, day: date) -> list[DumpFile]:
    sql = """
        select
            source, dataset, coalesce(feed, ''), coalesce(venue, ''), path, sha256, bytes, rows_in, rows_kept,
            rows_quarantined, coalesce(rows_unknown_instrument, 0), coalesce(simulated, false)
        from marts.dump_files where day = $day order by path, dataset, venue
    """
    return [DumpFile(number, *row) for number, row in enumerate(_rows(db, sql, day), 1)]
