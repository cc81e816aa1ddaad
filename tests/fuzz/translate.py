"""The feed's own SQL over lines that plain Python has read, and the dataset's rules, one by one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from orchestration.feeds.contract import Feed, Table, Variables
from orchestration.feeds.datasets import DATASETS, VENUE
from orchestration.landing.trades import _RULES as TRADE_RULES
from orchestration.landing.trades import TRADE
from tests.fuzz.reading import Row

_ORIGIN = ("feed", "dump_path")


@dataclass(frozen=True)
class Translated:
    """What a line came to: a row of the lake (of trades: a trade), and the first rule that it breaks."""

    place: int
    row: Row
    broken: str | None
    n_sound: int

    @property
    def at(self) -> datetime | None:
        """The instant that assigns it to a day."""
        at: datetime | None = self.row["@"]
        return at


def targets(feed: Feed) -> dict[str, str]:
    """Columns that the feed's select gives, with their types."""
    columns = {name: column.type for name, column in DATASETS[feed.dataset].columns.items() if name not in _ORIGIN}
    return TRADE if feed.of_trades else columns


def rules(feed: Feed) -> dict[str, str]:
    """What makes a row bad, but for its day."""
    dataset = DATASETS[feed.dataset]
    venue = {"no venue": "venue is null", "venue": f"not regexp_full_match(venue, '{VENUE}')"}
    if feed.of_trades:
        return {**venue, **TRADE_RULES}
    empty = {f"{name} is empty": f'"{name}" is null' for name in dataset.required if name not in _ORIGIN}
    return {**venue, **empty, **dataset.rules}


def used(feed: Feed) -> set[str]:
    """Columns of the reader that the lake takes something from."""
    sql = " ".join([*feed.select.values(), feed.venue, feed.where or ""])
    return {name for name in feed.reader.columns if re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", sql)}


def types(feed: Feed) -> dict[str, str]:
    """The reader's columns with their types."""
    if isinstance(feed.reader, Table):
        return dict(feed.reader.columns)
    return {name: type_ for name, (_, type_) in feed.reader.columns.items()}


def translate(
    db: duckdb.DuckDBPyConnection, feed: Feed, subject: Variables, day: date | None, rows: Sequence[Mapping[str, Any]]
) -> list[Translated]:
    """What each row comes to, in order; rows that the feed's `where` leaves out come to nothing."""
    columns = types(feed)
    fields = ", ".join(f'"{name}" {type_}' for name, type_ in columns.items())
    db.execute(f"create or replace temp table lines (place bigint, {fields})")
    if not rows:
        return []
    filled = ", ".join(f"unnest($c{n})::{type_}" for n, type_ in enumerate(columns.values()))
    given = {f"c{n}": [row.get(name) for row in rows] for n, name in enumerate(columns)}
    db.execute(f"insert into lines select unnest(range({len(rows)})), {filled}", given)
    path = {**feed.variables(subject), "day": day}
    named = ", ".join(f"${name}" + ("::date" if name == "day" else "::varchar") + f" as {name}" for name in path)
    wanted = targets(feed)
    values = ", ".join(
        f'try_cast({feed.select.get(name, "null")} as {type_}) as "{name}"' for name, type_ in wanted.items()
    )
    said = rules(feed)
    judged = ", ".join(f"coalesce({rule}, false)" for rule in said.values())
    time = "traded_at" if feed.of_trades else DATASETS[feed.dataset].time
    found = db.execute(
        f"""
        with path_ as (select {named}), translated as (
            select place, {feed.venue} as venue, {values}
            from lines cross join (select path_ as path from path_) where {feed.where or "true"}
        )
        select place, [{judged}], "{time}", venue, {", ".join(f'"{name}"' for name in wanted)} from translated
        """,
        path,
    ).fetchall()
    result = []
    for place, broken, at, *told in sorted(found, key=lambda row: row[0]):
        reasons = [reason for reason, is_broken in zip(said, broken, strict=True) if is_broken]
        row = dict(zip(["venue", *wanted], told, strict=True))
        result.append(Translated(place, {**row, "@": at}, reasons[0] if reasons else None, len(said) - len(reasons)))
    return result
