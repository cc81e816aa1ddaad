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
from orchestration.landing.lake import workspace
from orchestration.landing.rows import bad_rows, judge
from orchestration.landing.span import one_day
from orchestration.landing.stage import read
from orchestration.landing.unpack import Rejected, unpack
from orchestration.settings import Settings

_SHOWN = 10


def check_file(settings: Settings, file: Path, name: str | None = None) -> Iterator[str]:
    """Tell line by line what landing would do with a file. `name` picks the feed where the path does not tell.

    Raises LandingError where no feed reads it.
    """
    feed, candidate, day = _reader_of(file, name)
    yield f"{file.name}: {feed.name} -> lake/{feed.dataset}" + (f", day {day}" if day else "")
    with workspace(settings) as (db, work):
        try:
            staged = unpack(file.resolve(), candidate.dump_path, work, feed.reader)
        except UnreadableDump as error:
            yield from _quarantined([Rejected(candidate.dump_path, 0, str(error), "")])
            return
        unread = read(db, feed.reader, [staged], "staged")
        window = one_day(day) if day else (date.min, date.max)
        judge(db, feed, DATASETS[feed.dataset], window, [(staged, candidate)])
        yield from _kept(db, feed)
        bad = [line for _, line in bad_rows(db, feed, [(staged, candidate)], unread)]
        yield from _quarantined(sorted([*unread, *bad], key=lambda line: line.row_number))


def _reader_of(file: Path, name: str | None) -> tuple[Feed, Candidate, date | None]:
    feeds = [feed for feed in FEEDS if name in (None, feed.name)]
    if not feeds:
        raise LandingError(f"there is no feed {name}; `tidemark feeds list` names them")
    path = file.resolve().as_posix()
    found = recognise(path, feeds)
    if found:
        feed, template, subject, day = found
        return feed, Candidate(feed, file.name, subject, template, day), day
    if name is None:
        raise LandingError(f"{file}: no feed's path ends like this; name one with --feed (`tidemark feeds list`)")
    if feeds[0].subjects:
        raise LandingError(
            f"{file}: {name} reads {', '.join(feeds[0].subjects)} from the path, like {feeds[0].paths[0]}"
        )
    return feeds[0], Candidate(feeds[0], file.name, {}, feeds[0].paths[0], None), None


def _kept(db: duckdb.DuckDBPyConnection, feed: Feed) -> Iterator[str]:
    time = DATASETS[feed.dataset].time
    for venue, day, count in db.execute(
        f'select venue, "{time}"::date, count(*) from judged where reason is null group by all order by all'
    ).fetchall():
        yield f"  kept         {count:>9,}  {venue} {day}"
    names = [name for name in DATASETS[feed.dataset].columns if name not in ("feed", "dump_path")]
    shown = ", ".join(f'"{name}"' for name in names)
    for row in db.execute(
        f"select {shown} from judged where reason is null order by staged_row limit {_SHOWN}"
    ).fetchall():
        yield "    " + ", ".join(f"{name}={value}" for name, value in zip(names, row, strict=True) if value is not None)


def _quarantined(lines: list[Rejected]) -> Iterator[str]:
    yield f"  quarantined  {len(lines):>9,}"
    for line in lines:
        yield f"    line {line.row_number}: {line.reason} | {line.raw[:160]}"
