"""From staged rows to rows of the lake: translate by the feed's `select`, judge by the dataset's rules, name what fails."""

from collections.abc import Iterable, Sequence
from datetime import date

import duckdb

from orchestration.feeds.contract import Feed, names_day
from orchestration.feeds.datasets import REPEAT, VENUE, Dataset
from orchestration.landing import bulk
from orchestration.landing.archive import Candidate
from orchestration.landing.span import COLUMNS, Window, belongs, misplaced, span_of, typed
from orchestration.landing.stage import line_numbers
from orchestration.landing.trades import fold_trades
from orchestration.landing.unpack import Rejected, StagedFile
from orchestration.sql import first_that_holds, quoted

NamedFile = tuple[str | int, Candidate]
"""What `staged` calls a file, its path or its number, and the dump that it is."""

_VENUE_NAME = "venue is not a plain lower-case name", f"not regexp_full_match(venue, '{VENUE}')"


def judge(
    db: duckdb.DuckDBPyConnection,
    feed: Feed,
    dataset: Dataset,
    window: Window,
    files: Sequence[NamedFile],
) -> None:
    """Create `judged` from `staged`: the lake's columns, `venue`, `filename`, `staged_row`, and `reason` (NULL for a good row).

    `window` is [first day, day after the last). Rows outside of it are left out, but those that the file may not hold are
    bad rows of one of its days.
    """
    name_paths(db, feed, window[0], files)
    if feed.of_trades:
        fold_trades(db, feed, dataset, window)
        return
    db.execute(f"create or replace temp table judged as {judgement(feed, dataset, window)}")
    _leave_out_undated(db, feed, dataset)
    _mark_repeats(db, dataset)


def judgement(feed: Feed, dataset: Dataset, window: Window) -> str:
    """SQL: the rows of `staged` that are to be judged in the window, each with its `reason`, see `judge`."""
    chosen = {name: feed.select.get(name, "null") for name in dataset.columns if name not in ("feed", "dump_path")}
    values = ", ".join(f'{typed(sql, dataset.columns[name].type)} as "{name}"' for name, sql in chosen.items())
    return f"""
        with translated as (
            select {feed.venue} as venue, {values}, '{feed.name}'::{_one_of([feed.name])} as feed, path.dump_path as dump_path,
                path.filename as filename, s.rowid as staged_row, path.{", path.".join(COLUMNS)}
            from staged s join (select paths as path from paths) on path.filename = s.filename
            where {feed.where or "true"}
        )
        select * exclude ({", ".join(COLUMNS)}), {_reason(dataset)} as reason
        from translated
        where {belongs(f'"{dataset.time}"', window)}
    """


def _leave_out_undated(db: duckdb.DuckDBPyConnection, feed: Feed, dataset: Dataset) -> None:
    """Leave out rows without a time of files of many days whose other rows are all of other days."""
    if not db.execute(f'select 1 from judged where "{dataset.time}" is null limit 1').fetchone():
        return
    undated = f"""
        from judged where "{dataset.time}" is null
            and filename in (select filename from paths where home is null)
            and filename not in (select filename from judged where "{dataset.time}" is not null)
    """
    if db.execute(f"select 1 {undated} limit 1").fetchone():
        dated = f"""
            select s.filename from staged s join (select paths as path from paths) on path.filename = s.filename
            where ({feed.where or "true"}) and {typed(feed.select[dataset.time or ""], "TIMESTAMP")} is not null
        """
        db.execute(f"delete {undated} and filename in ({dated})")


def _reason(dataset: Dataset) -> str:
    """SQL that gives the first rule a row breaks."""
    empty = {f"{name} is empty or not of its type": f'"{name}" is null' for name in ("venue", *dataset.required)}
    other_day = {f"{dataset.time} is not of the file's day": misplaced(f'"{dataset.time}"')}
    rules = empty | dict([_VENUE_NAME]) | other_day | dict(dataset.rules)
    return first_that_holds(rules)


def name_paths(db: duckdb.DuckDBPyConnection, feed: Feed, day: date, files: Sequence[NamedFile]) -> None:
    """Create `paths`: what the name of each file says. Names that every row repeats are numbers to DuckDB."""
    rows = [
        {
            **feed.variables(candidate.subject),
            "filename": name,
            "dump_path": candidate.dump_path,
            **span_of(candidate),
            "is_of_day": names_day(candidate.template),
            "day": candidate.day,
            **_hours(feed, candidate, day),
        }
        for name, candidate in files
    ]
    columns = {name: _PATH_TYPES.get(name, "varchar") for name in rows[0]}
    columns |= {name: _named(row[name] for row in rows) for name in ("filename", "dump_path")}
    bulk.create(db, "paths", columns, [tuple(row.values()) for row in rows])


def _named(names: Iterable[object]) -> str:
    texts = [name for name in names if isinstance(name, str)]
    return _one_of(texts) if texts else "integer"


def _one_of(names: Iterable[str]) -> str:
    """SQL: the type of a column that holds only these names, in their own order."""
    return f"enum({', '.join(quoted(name) for name in sorted(set(names)))})"


_PATH_TYPES = {
    **COLUMNS,
    "is_of_day": "boolean",
    "day": "date",
    "from_hour": "integer",
    "until_hour": "integer",
    "own_day": "boolean",
}


def _hours(feed: Feed, candidate: Candidate, day: date) -> dict[str, int | bool]:
    """Which hours of `day` the file holds, [from_hour, until_hour), and whether any."""
    later = 24 * (candidate.day - day).days if candidate.day and names_day(candidate.template) else 0
    hours = feed.hours_of(candidate.subject) if feed.hours_of else feed.hours
    first, end = max(0, hours[0] + later), min(24, hours[1] + later)
    return {"from_hour": first, "until_hour": end, "own_day": first < end}


def _mark_repeats(db: duckdb.DuckDBPyConnection, dataset: Dataset) -> None:
    """Rows that say the same thing twice: the first stays good."""
    key = ", ".join(f'"{name}"' for name in ("venue", *dataset.unique))
    # Two rows may share a hash, which costs a second look and nothing else.
    counted = db.execute(f"select count(*), count(distinct hash({key})) from judged where reason is null").fetchone()
    if counted is None or counted[0] == counted[1]:
        return
    db.execute(
        f"""
        update judged set reason = '{REPEAT}' where rowid in (
            select rowid from judged where reason is null
            qualify row_number() over (partition by {key} order by staged_row, rowid) > 1
        )
        """
    )


def bad_rows(
    db: duckdb.DuckDBPyConnection, feed: Feed, files: Sequence[StagedFile], unread: Sequence[Rejected]
) -> list[tuple[str, Rejected]]:
    """(venue, row) of every judged row that is not good, with its line in the file."""
    raw = ", ".join(f"'{name}': s.\"{name}\"" for name in feed.reader.columns)
    rows = db.execute(
        f"""
        with firsts as (select filename, min(rowid) as first_row from staged group by filename)
        select coalesce(j.venue, ''), j.filename, j.staged_row - f.first_row, j.reason, to_json({{{raw}}})::varchar
        from judged j join firsts f using (filename) join staged s on s.rowid = j.staged_row
        where j.reason is not null
        order by j.staged_row
        """
    ).fetchall()
    by_name = {str(file.path): file for file in files}
    nths: dict[str, list[int]] = {}
    for _, name, nth, _, _ in rows:
        nths.setdefault(name, []).append(nth)
    skipped: dict[str, set[int]] = {}
    for line in unread:
        skipped.setdefault(line.dump_path, set()).add(line.row_number)
    lines = {
        name: line_numbers(by_name[name], feed.reader, wanted, skipped.get(by_name[name].dump_path, set()))
        for name, wanted in nths.items()
    }
    return [
        (venue, Rejected(by_name[name].dump_path, lines[name][nth], reason, raw))
        for venue, name, nth, reason, raw in rows
    ]
