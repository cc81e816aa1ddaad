"""What would be done with a file, without doing it: which feed reads it, which rows are kept, which are not and why."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb

from orchestration.feeds.catalog import FEEDS
from orchestration.feeds.contract import Feed, recognise
from orchestration.feeds.datasets import DATASETS
from orchestration.landing.archive import Candidate
from orchestration.landing.errors import LandingError, UnreadableDump
from orchestration.landing.guess import readers_of
from orchestration.landing.rows import bad_rows, judge
from orchestration.landing.span import one_day
from orchestration.landing.stage import read
from orchestration.landing.unpack import Rejected, unpack
from orchestration.landing.workspace import workspace
from orchestration.settings import Settings

SHOWN = 10
_DAYS_ONE_BY_ONE = 10


def check_file(
    settings: Settings, file: Path, name: str | None = None, path: str | None = None, shown: int = SHOWN
) -> Iterator[str]:
    """Tell line by line what landing would do with a file, and show the first `shown` of the rows that it would keep.

    Where the file's own path does not tell, `path` says how it is called in its archive, or `name` which feed it is for.
    Raises LandingError where no feed reads it.
    """
    with workspace(settings) as (db, work):
        feed, candidate, day = _reader_of(db, work, file, name, path)
        yield f"{file.name}: {feed.name} -> lake/{feed.dataset}" + (f", day {day}" if day else "")
        try:
            staged = unpack(file.resolve(), candidate.dump_path, work, feed.reader)
        except UnreadableDump as error:
            yield from _quarantined([Rejected(candidate.dump_path, 0, str(error), "")])
            return
        unread = read(db, feed.reader, [staged], "staged")
        window = one_day(day) if day else (date.min, date.max)
        judge(db, feed, DATASETS[feed.dataset], window, [(str(staged.path), candidate)])
        yield from _kept(db, feed)
        yield from _shown(db, feed, shown)
        yield from _left_aside(db, feed)
        bad = [line for _, line in bad_rows(db, feed, [staged], unread)]
        yield from _quarantined(sorted([*unread, *bad], key=lambda line: line.row_number))


def _reader_of(
    db: duckdb.DuckDBPyConnection, work: Path, file: Path, name: str | None, called: str | None
) -> tuple[Feed, Candidate, date | None]:
    feeds = [feed for feed in FEEDS if name in (None, feed.name)]
    if not feeds:
        raise LandingError(f"there is no feed {name}; `tidemark feeds list` names them")
    found = recognise(called or file.resolve().as_posix(), feeds)
    if found:
        feed, template, subject, day = found
        return feed, Candidate(feed, file.name, subject, template, day), day
    if called:
        raise LandingError(f"no feed's path ends like {called}; `tidemark feeds list` shows them")
    if name is None:
        raise LandingError(f"{file}: no feed's path ends like this; {_advice(readers_of(db, work, file, feeds))}")
    if told := _path_tells(feeds[0]):
        raise LandingError(f"{file}: {name} reads {', '.join(told)} from the path; {_called_like(feeds[0])}")
    return feeds[0], Candidate(feeds[0], file.name, {}, feeds[0].paths[0], None), None


def _advice(feeds: list[Feed]) -> str:
    if not feeds:
        return "name one with --feed (`tidemark feeds list`)"
    return f"by its columns it may be of {', '.join(feed.name for feed in feeds)}: {_called_like(feeds[0])}"


def _called_like(feed: Feed) -> str:
    """How to have a file read by a feed that does not know it by its path."""
    if _path_tells(feed):
        return f"say how its archive calls it, like --as {feed.paths[0]}"
    return f"--feed {feed.name}"


def _path_tells(feed: Feed) -> list[str]:
    """What the rows of a feed take from the path of their file."""
    return [*feed.subjects, *(["day"] if "path.day" in " ".join(feed.select.values()) else [])]


def _kept(db: duckdb.DuckDBPyConnection, feed: Feed) -> Iterator[str]:
    """Rows by venue and day; of many days the first and the last."""
    time = DATASETS[feed.dataset].time
    days = db.execute(
        f'select venue, "{time}"::date, count(*) from judged where reason is null group by all order by all'
    ).fetchall()
    if len(days) <= _DAYS_ONE_BY_ONE:
        yield from (f"  kept         {count:>9,}  {venue} {day}" for venue, day, count in days)
        return
    for venue in dict.fromkeys(venue for venue, _, _ in days):
        of_venue = [(day, count) for name, day, count in days if name == venue]
        count = sum(count for _, count in of_venue)
        yield f"  kept         {count:>9,}  {venue} {of_venue[0][0]} to {of_venue[-1][0]}, {len(of_venue):,} days with rows"


def _shown(db: duckdb.DuckDBPyConnection, feed: Feed, shown: int) -> Iterator[str]:
    names = [name for name in DATASETS[feed.dataset].columns if name not in ("feed", "dump_path")]
    columns = ", ".join(f'"{name}"' for name in names)
    good = "from judged where reason is null"
    for row in db.execute(f"select {columns} {good} order by staged_row limit {shown}").fetchall():
        told = (f"{name}={value}" for name, value in zip(names, row, strict=True) if value is not None)
        yield "    " + _printable(", ".join(told))
    total = (db.execute(f"select count(*) {good}").fetchone() or (0,))[0]
    if total > shown:
        yield f"    … and {total - shown:,} more (--rows {total} shows all)"


def _left_aside(db: duckdb.DuckDBPyConnection, feed: Feed) -> Iterator[str]:
    """Rows that are none of the feed's, such as marks, other kinds of trade, or another day's; folded trades are not told apart."""
    query = "select (select count(*) from staged) - (select count(distinct staged_row) from judged)"
    n = 0 if feed.of_trades else (db.execute(query).fetchone() or (0,))[0]
    if n:
        yield f"  left aside   {n:>9,}  of another day, or no {feed.dataset}"


def _quarantined(lines: list[Rejected]) -> Iterator[str]:
    yield f"  quarantined  {len(lines):>9,}"
    for line in lines:
        yield f"    line {line.row_number}: {_printable(line.reason)} | {_printable(line.raw[:160])}"


def _printable(text: str) -> str:
    """Without what a terminal would obey."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
