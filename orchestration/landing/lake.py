"""The lake: one Parquet file per dataset, venue and day, and beside it what was read, what was kept and what was covered.

Landing a day replaces all that the lake has of that dataset and day. The same dumps give the same bytes.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

import duckdb

from orchestration.feeds.catalog import feeds_of
from orchestration.feeds.contract import Feed
from orchestration.feeds.datasets import COVERAGE, DATASETS, DUMP_FILES, PROVENANCE, QUARANTINE, Dataset
from orchestration.landing import bulk
from orchestration.landing.archive import Candidate, Folder
from orchestration.landing.collect import Found, collect, columns_of
from orchestration.landing.dumps import PRUNED, Receipt, is_as_received, is_pruned, read_receipt
from orchestration.landing.errors import UnreadableDump
from orchestration.landing.side_by_side import side_by_side
from orchestration.landing.sound import Part
from orchestration.landing.workspace import workspace
from orchestration.settings import Settings

Log = Callable[[str], None]
WriteVenue = Callable[[str, Path], object]
"""Writes one venue's file to a path."""


@dataclass
class LandReport:
    """What landing one dataset and day came to; `coverage` counts complete hours per venue."""

    rows_in: int = 0
    rows_kept: int = 0
    rows_quarantined: int = 0
    bytes: int = 0
    venues: list[str] = field(default_factory=list)
    coverage: dict[str, int] = field(default_factory=dict)


def land_day(settings: Settings, dataset: str, day: date, log: Log = lambda _: None) -> LandReport:
    """Read every fetched dump that may hold rows of `dataset` on `day`, and write them to the lake."""
    shape = DATASETS[dataset]
    found = [(feed, dumps) for feed in feeds_of(dataset) if (dumps := _dumps_of(settings, feed, day))]
    if not found and not landed_files(settings.paths.lake, dataset, day):
        return LandReport()
    if pruned := _pruned(settings, dataset, day):
        log(f"{dataset} {day}: left as it is; {pruned} of its dumps were pruned and could not be fetched again")
        return LandReport()
    if settings.is_lake_shared and (elsewhere := _elsewhere(settings, dataset, day)):
        log(f"{dataset} {day}: left as it is; {elsewhere} of its dumps are on another host")
        return LandReport()
    settings.paths.lake.mkdir(parents=True, exist_ok=True)
    with workspace(settings) as (db, work):
        _create_collections(db)
        parts = [collect(db, settings, feed, shape, day, work, dumps) for feed, dumps in found]
        _gather(db, shape, parts)
        report = _write(db, settings.paths.lake, shape, day, parts)
    log(
        f"{dataset} {day}: {report.rows_kept:,} of {report.rows_in:,} rows kept, {report.rows_quarantined:,} quarantined"
    )
    return report


def lake_days(settings: Settings, dataset: str | None = None) -> set[date]:
    """Days of which the lake has something."""
    places = settings.paths.lake.glob(f"{dataset or '*'}/venue=*/day=*")
    return {date.fromisoformat(place.name.removeprefix("day=")) for place in places if any(place.glob("*.parquet"))}


def landed_files(lake: Path, dataset: str, day: date) -> list[Path]:
    """What the lake has of a dataset and day, and what it says about it, in order."""
    own = lake.glob(f"{dataset}/venue=*/day={day}/*.parquet")
    beside = (lake.glob(f"{shape.name}/venue=*/day={day}/{dataset}.parquet") for shape in PROVENANCE.values())
    return sorted([*own, *(path for paths in beside for path in paths)])


def _create_collections(db: duckdb.DuckDBPyConnection) -> None:
    """Empty tables `files`, `quarantined`, `hours` that the feeds add to."""
    for table, shape in (("files", DUMP_FILES), ("quarantined", QUARANTINE), ("hours", COVERAGE)):
        bulk.create(db, table, columns_of(shape), ())


def _dumps_of(settings: Settings, feed: Feed, day: date) -> Found:
    """Fetched files that may hold rows of the day, by dump path."""
    dumps = settings.paths.dumps
    archive = Folder(dumps)
    candidates = [candidate for read_day in feed.days_read(day) for (candidate,) in archive.choices(feed, read_day)]
    told = _told_better(archive, feed, day) if candidates else set()
    wanted: dict[str, Candidate] = {}
    for candidate in candidates:
        if not told or _subject(candidate) not in told:
            wanted.setdefault(candidate.dump_path, candidate)
    receipts = side_by_side(partial(_receipt_of, dumps), list(wanted), settings.threads)
    return {
        path: (candidate, receipt)
        for (path, candidate), receipt in zip(wanted.items(), receipts, strict=True)
        if receipt
    }


def _receipt_of(dumps: Path, dump_path: str) -> Receipt | None:
    """What is known of a dump that was fetched, once it is sure that these are still its bytes."""
    receipt = read_receipt(dumps, dump_path)
    if receipt and not is_as_received(dumps, receipt):
        raise UnreadableDump(f"{dump_path}: not the bytes that were fetched any more; run with the archive in reach")
    return receipt


def _pruned(settings: Settings, dataset: str, day: date) -> int:
    """How many dumps of what landed were removed by retention, so that landing anew would lose their rows."""
    if not (settings.paths.dumps / PRUNED).exists():
        return 0
    return sum(is_pruned(settings.paths.dumps, path) for path in _landed_from(settings.paths.lake, dataset, day))


def _elsewhere(settings: Settings, dataset: str, day: date) -> int:
    """How many dumps of what landed are not here, so that landing would lose their rows."""
    return sum(not (settings.paths.dumps / path).exists() for path in _landed_from(settings.paths.lake, dataset, day))


def _landed_from(lake: Path, dataset: str, day: date) -> list[str]:
    """Paths of the dumps that rows of a dataset and day came from."""
    files = sorted(map(str, (lake / "dump_files").glob(f"venue=*/day={day}/{dataset}.parquet")))
    if not files:
        return []
    with duckdb.connect() as db:
        return [path for (path,) in db.execute("select distinct dump_path from read_parquet(?)", [files]).fetchall()]


def _told_better(archive: Folder, feed: Feed, day: date) -> set[tuple[tuple[str, str], ...]]:
    """Subjects of which a feed that this one yields to has a file of the day."""
    better = [other for other in feeds_of(feed.dataset) if other.name in feed.yields_to]
    return {_subject(candidate) for other in better for (candidate,) in archive.choices(other, day)}


def _subject(candidate: Candidate) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(candidate.subject.items()))


def _gather(db: duckdb.DuckDBPyConnection, dataset: Dataset, parts: Sequence[Part]) -> None:
    """Create `kept`: the good rows of all feeds."""
    if not parts:
        bulk.create(db, "kept", columns_of(dataset), ())
        return
    names = ", ".join(f'"{name}"' for name in columns_of(dataset))
    good = (f'select {names} from "{part.name}" where reason is null' for part in parts)
    db.execute(f"create temp view kept as {' union all '.join(good)}")


def _write(db: duckdb.DuckDBPyConnection, lake: Path, dataset: Dataset, day: date, parts: Sequence[Part]) -> LandReport:
    """Replace the day in the lake: the dataset itself and its share of provenance."""
    if len(parts) > 1:
        _merge_hours(db)
    report = LandReport(venues=_venues_in(db, "files where rows_kept > 0"))
    rows = _as_it_is(parts) or _sorted_rows(db, dataset, parts)
    report.bytes = _replace(report.venues, lake / dataset.name, day, "part", rows)
    for table, shape in (("files", DUMP_FILES), ("quarantined", QUARANTINE), ("hours", COVERAGE)):
        rows = _rows_of(db, table, shape, list(shape.columns))
        _replace(_venues_in(db, table), lake / shape.name, day, dataset.name, rows)
    totals = db.execute(
        "select coalesce(sum(rows_in), 0), coalesce(sum(rows_kept), 0), coalesce(sum(rows_quarantined), 0) from files"
    )
    report.rows_in, report.rows_kept, report.rows_quarantined = totals.fetchone() or (0, 0, 0)
    complete = "select venue, count(*) filter (state = 'complete') from hours group by all order by all"
    report.coverage = dict(db.execute(complete).fetchall())
    return report


def _telling(db: duckdb.DuckDBPyConnection, keys: Sequence[str]) -> list[str]:
    """The sort keys that tell rows of the day apart: those that are the same everywhere cost time and say nothing."""
    vary = ", ".join(
        f'min("{key}") is distinct from max("{key}") or count("{key}") not in (0, count(*))' for key in keys
    )
    found = db.execute(f"select {vary} from kept").fetchone() or ()
    return [key for key, varies in zip(keys, found, strict=True) if varies] or list(keys[:1])


def _merge_hours(db: duckdb.DuckDBPyConnection) -> None:
    """Where several feeds speak of one hour, the one that covers most of it counts."""
    db.execute(
        """
        create or replace temp table hours as
        select * from hours
        qualify row_number() over (
            partition by venue, dataset, hour
            order by case state when 'complete' then 0 when 'partial' then 1 else 2 end, rows_seen desc, reason
        ) = 1
        """
    )


def _as_it_is(parts: Sequence[Part]) -> WriteVenue | None:
    """The one file that the day has, where its rows lie in it as they do in the lake."""
    match parts:
        case [Part(file=Path() as file, venue=str())]:
            return lambda _, target: shutil.move(file, target)
    return None


def _sorted_rows(db: duckdb.DuckDBPyConnection, dataset: Dataset, parts: Sequence[Part]) -> WriteVenue:
    order = _telling(db, [*dataset.unique, *(["dump_path"] if len(parts) > 1 else [])])
    return _rows_of(db, "kept", dataset, order)


def _rows_of(db: duckdb.DuckDBPyConnection, table: str, shape: Dataset, order: Sequence[str]) -> WriteVenue:
    typed = ", ".join(f'"{name}"::{column.type} as "{name}"' for name, column in shape.columns.items())
    names = ", ".join(f'"{name}"' for name in shape.columns)
    sort = ", ".join(f'"{name}"' for name in order)
    query = (
        f"copy (select {typed} from (select {names} from {table} where venue = $venue order by {sort})) "
        "to $part (format parquet, compression zstd)"
    )
    return lambda venue, target: db.execute(query, {"venue": venue, "part": str(target)})


def _venues_in(db: duckdb.DuckDBPyConnection, rows: str) -> list[str]:
    return [venue for (venue,) in db.execute(f"select distinct venue from {rows} order by 1").fetchall()]


def _replace(venues: Sequence[str], root: Path, day: date, stem: str, write: WriteVenue) -> int:
    """Write one file per venue and remove those of venues that the day no longer has. Returns the bytes written."""
    total = 0
    for venue in venues:
        target = root / f"venue={venue}" / f"day={day}" / f"{stem}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{stem}.{os.getpid()}.part")
        write(venue, part)
        os.replace(part, target)
        total += target.stat().st_size
    for left in root.glob(f"venue=*/day={day}/.{stem}.*.part"):
        if not _is_alive(left.name.split(".")[-2]):
            left.unlink(missing_ok=True)
    for stale in root.glob(f"venue=*/day={day}/{stem}.parquet"):
        if stale.parent.parent.name.removeprefix("venue=") not in venues:
            stale.unlink()
    return total


def _is_alive(pid: str) -> bool:
    """Whether the process that a part is named after still runs."""
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
