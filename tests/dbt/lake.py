"""A lake written by hand: the rows of a test as Parquet, in the layout that the pipeline lands. No assertions here."""

import shutil
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb

from orchestration.feeds.datasets import ALL
from orchestration.settings import Settings
from orchestration.sql import quoted
from orchestration.warehouse import build, relations, window

Row = Mapping[str, Any]

_MEMORY = duckdb.connect()
"""One for all files that are written: opening one takes ten times as long as writing."""


class Lake:
    """A home whose lake takes rows per dataset, venue and day; writing one again replaces it, as loading a day again does."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home, threads=2)

    def put(
        self,
        dataset: str,
        venue: str,
        day: date,
        rows: Sequence[Row],
        feed: str = "own.rows",
        states: Mapping[int, str] | None = None,
        simulated: bool = False,
    ) -> None:
        """Write the rows, a dump file that held them, and the hours' coverage: complete where `states` says nothing else."""
        origin = {"feed": feed, "dump_path": f"test/{dataset}/{venue}-{day}.csv"}
        file = {"source": "test", "dataset": dataset, "sha256": f"{len(rows):064d}", "bytes": 1, **origin}
        counts = {"rows_in": len(rows), "rows_kept": len(rows), "rows_quarantined": 0, "simulated": simulated}
        hours = [{"hour": hour, "state": (states or {}).get(hour, "complete")} for hour in range(24)]
        coverage = [{"dataset": dataset, "reason": "as the test says", "rows_seen": 0, **hour} for hour in hours]
        self._write(dataset, venue, day, "part", [{**origin, **row} for row in rows])
        self._write("dump_files", venue, day, dataset, [{**file, **counts}])
        self._write("coverage", venue, day, dataset, coverage)

    def build(self, days: Sequence[date], *marts: str) -> None:
        """Run the models and their tests for these days; of marts that are named, what they rest on and no more."""
        only = ["--indirect-selection", "cautious", "--select", *(f"+{mart}" for mart in marts)]
        build.build(self.settings, days, log=lambda _: None, select=only if marts else [], project=build.PROJECT)
        window.finished(self.settings)

    def copy(self, home: Path) -> "Lake":
        """The same lake and warehouse in another home, to go on from."""
        shutil.copytree(self.settings.home, home)
        return Lake(home)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds in the build file."""
        with duckdb.connect(str(self.settings.paths.warehouse), read_only=True) as db:
            return db.execute(query).fetchall()

    def row(self, mart: str, columns: str, where: str) -> tuple[Any, ...]:
        """The one row of a mart that a condition names."""
        found = self.rows(f"select {columns} from marts.{mart} where {where}")
        assert len(found) == 1, f"{len(found)} rows of {mart} where {where}"
        return found[0]

    def marts(self, where: str = "true") -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every mart that a condition on its day names, in a fixed order."""
        with duckdb.connect(str(self.settings.paths.warehouse), read_only=True) as db:
            names = db.execute("select table_name from duckdb_tables() where schema_name = 'marts' order by 1")
            return {
                name: db.execute(f"select * from marts.{name} where {where} order by all").fetchall()
                for (name,) in names.fetchall()
            }

    def _write(self, dataset: str, venue: str, day: date, name: str, rows: Sequence[Row]) -> None:
        target = self.settings.paths.lake / dataset / f"venue={venue}" / f"day={day}" / f"{name}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        columns = {column: shape.type for column, shape in ALL[dataset].columns.items()}
        query = relations.view_over(columns, [])
        if rows:
            values = ", ".join(f"({', '.join(_literal(row.get(column)) for column in columns)})" for row in rows)
            typed = ", ".join(f'"{column}"::{kind} as "{column}"' for column, kind in columns.items())
            names = ", ".join(f'"{column}"' for column in columns)
            query = f"select {typed} from (values {values}) as given({names})"
        _MEMORY.execute(f"copy ({query}) to {quoted(str(target))} (format parquet)")


def at(day: date, clock: str = "00:00:00") -> datetime:
    """An instant of a day, `HH:MM:SS` with or without a fraction."""
    return datetime.combine(day, time.fromisoformat(clock))


def hourly(day: date, bars: Mapping[int, tuple[float, float, float, float]], **named: str) -> list[Row]:
    """24 bars of an hour: those given by their hour (open, high, low, close), and flat ones at the last close between them."""
    rows, close = [], bars[0][0]
    for hour in range(24):
        prices = bars.get(hour, (close, close, close, close))
        rows.append(_bar(day, hour, prices, named))
        close = prices[3]
    return rows


def without_hours(rows: Sequence[Row], hours: Sequence[int]) -> list[Row]:
    """The same bars with a gap."""
    return [row for row in rows if row["open_at"].hour not in hours]


def _bar(day: date, hour: int, prices: tuple[float, float, float, float], named: Mapping[str, str]) -> Row:
    open_at = at(day) + timedelta(hours=hour)
    return {
        "open_at": open_at,
        "interval_s": 3600,
        **dict(zip(("open", "high", "low", "close"), prices, strict=True)),
        **named,
    }


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    return quoted(str(value))
