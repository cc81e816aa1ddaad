"""One feed's share of a day: its files unpacked, read and judged, their bad rows named, their hours measured."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from orchestration.feeds.contract import Feed
from orchestration.feeds.datasets import DUMP_FILES, QUARANTINE, VENUE, Dataset
from orchestration.landing import bulk, coverage
from orchestration.landing.archive import Candidate
from orchestration.landing.dumps import Receipt
from orchestration.landing.rows import bad_rows, judge
from orchestration.landing.sound import Part, land_sound
from orchestration.landing.span import one_day, span_of
from orchestration.landing.stage import read
from orchestration.landing.unpack import Rejected, StagedFile, unpack_all
from orchestration.settings import Settings

Found = dict[str, tuple[Candidate, Receipt]]
"""Fetched files that may hold rows of a day, by dump path."""


def collect(
    db: duckdb.DuckDBPyConnection,
    settings: Settings,
    feed: Feed,
    dataset: Dataset,
    day: date,
    work: Path,
    found: Found,
) -> Part:
    """Add what one feed has of the day to `files`, `quarantined` and `hours`; give its judged rows."""
    part = land_sound(db, settings, feed, dataset, day, [candidate for candidate, _ in found.values()], work)
    unread: list[Rejected] = []
    bad: list[tuple[str, Rejected]] = []
    if part is None:
        dumps = [(settings.paths.dumps / path, path) for path in found]
        unread, bad = _read_each(db, feed, dataset, day, found, unpack_all(dumps, work, feed.reader, settings.threads))
    coverage.tally(db, feed, dataset)
    coverage.measure(db, feed, dataset, day, [(line.dump_path, line.row_number) for line in unread])
    _quarantine(db, feed, dataset, bad)
    _account(db, feed, dataset, day, found, bad)
    part = part or Part(feed.name)
    db.execute(f'alter {"view" if part.file else "table"} judged rename to "{part.name}"')
    return part


def _read_each(
    db: duckdb.DuckDBPyConnection,
    feed: Feed,
    dataset: Dataset,
    day: date,
    found: Found,
    unpacked: Sequence[StagedFile | Rejected],
) -> tuple[list[Rejected], list[tuple[str, Rejected]]]:
    """Create `judged`, file by file; give the lines that could not be read, and (venue, line) of all that is bad on the day."""
    staged = [result for result in unpacked if isinstance(result, StagedFile)]
    unread = [result for result in unpacked if isinstance(result, Rejected)]
    unread += read(db, feed.reader, staged, "staged")
    names = {file.dump_path: str(file.path) for file in staged}
    # A file that could not be unpacked gives no row, but its day's coverage must know of it.
    judge(
        db, feed, dataset, one_day(day), [(names.get(path, path), candidate) for path, (candidate, _) in found.items()]
    )
    bad = [(_venue_of(feed, found[line.dump_path][0]), line) for line in unread]
    bad = _of_the_day(db, found, staged, bad, day)
    bad += [(venue or feed.source, line) for venue, line in bad_rows(db, feed, staged, unread)]
    for file in staged:
        file.path.unlink()
    return unread, bad


def columns_of(shape: Dataset) -> dict[str, str]:
    """Names and types of a collection: the venue first."""
    return {"venue": "varchar", **{name: column.type for name, column in shape.columns.items()}}


def _of_the_day(
    db: duckdb.DuckDBPyConnection,
    found: Found,
    staged: Sequence[StagedFile],
    bad: list[tuple[str, Rejected]],
    day: date,
) -> list[tuple[str, Rejected]]:
    """Leave out unreadable lines, which have no date, of files named after another day or whose rows are all of other days."""
    readable = {Path(row[0]).name for row in db.execute("select distinct filename from staged").fetchall()}
    dated = {file.dump_path for file in staged if file.path.name in readable}
    of_the_day = {row[0] for row in db.execute("select distinct dump_path from judged").fetchall()}

    def is_of_the_day(line: Rejected) -> bool:
        if home := span_of(found[line.dump_path][0])["home"]:
            return home == day
        return line.row_number == 0 or line.dump_path in of_the_day or line.dump_path not in dated

    return [(venue, line) for venue, line in bad if is_of_the_day(line)]


def _venue_of(feed: Feed, candidate: Candidate) -> str:
    """The venue that a whole file stands for; the source where only its rows would say."""
    if feed.venue.startswith("'"):
        return feed.venue.strip("'")
    return feed.variables(candidate.subject).get("venue", feed.source)


def _quarantine(db: duckdb.DuckDBPyConnection, feed: Feed, dataset: Dataset, bad: list[tuple[str, Rejected]]) -> None:
    if bad:
        rows = [
            (
                _plain(venue, feed),
                dataset.name,
                feed.name,
                line.dump_path,
                line.row_number,
                line.reason,
                line.raw[:1000],
            )
            for venue, line in bad
        ]
        bulk.insert(db, "quarantined", columns_of(QUARANTINE), rows)


def _plain(venue: str, feed: Feed) -> str:
    """A venue fit for a folder's name: what a bad row claims is not."""
    return venue if re.fullmatch(VENUE, venue) else feed.source


def _account(
    db: duckdb.DuckDBPyConnection,
    feed: Feed,
    dataset: Dataset,
    day: date,
    found: Found,
    bad: list[tuple[str, Rejected]],
) -> None:
    """Add one line to `files` per dump file and venue that it had something of, or should have had."""
    counts: dict[tuple[str, str], list[int]] = {}
    for path, (candidate, _) in found.items():
        if span_of(candidate)["home"] == day:
            counts[path, _plain(_venue_of(feed, candidate), feed)] = [0, 0]
    query = "select dump_path, venue, sum(kept)::bigint from tally where good > 0 group by all"
    for path, venue, n in db.execute(query).fetchall():
        counts.setdefault((path, venue), [0, 0])[0] = n
    for venue, line in bad:
        counts.setdefault((line.dump_path, _plain(venue, feed)), [0, 0])[1] += 1
    rows = [
        (
            venue,
            feed.source,
            dataset.name,
            feed.name,
            path,
            receipt.sha256,
            receipt.bytes,
            n_kept + n_bad,
            n_kept,
            n_bad,
            receipt.simulated,
        )
        for (path, venue), (n_kept, n_bad) in sorted(counts.items())
        for _, receipt in (found[path],)
    ]
    bulk.insert(db, "files", columns_of(DUMP_FILES), rows)
