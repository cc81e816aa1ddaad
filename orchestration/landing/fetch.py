"""Fetching: every file of a source that may speak of a day, verified, resumed, and put in place whole or not at all."""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import duckdb
import httpx

from orchestration.feeds.catalog import FEEDS
from orchestration.landing import web
from orchestration.landing.archive import MARKER, Candidate, Folder, Web, archive_for
from orchestration.landing.dumps import Receipt, admit, read_receipt, sha256_of, utc_text
from orchestration.landing.errors import FetchError
from orchestration.settings import Settings

Log = Callable[[str], None]


@dataclass
class FetchReport:
    """What one source gave for one day; `absent` counts files asked for that the archive does not have."""

    n_files: int = 0
    n_new: int = 0
    bytes: int = 0
    absent: int = 0
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """One line."""
        failed = f", {len(self.failures)} failed" if self.failures else ""
        return f"{self.n_files} files, {self.n_new} new, {self.bytes:,} bytes, {self.absent} not there{failed}"


@dataclass(frozen=True)
class _Outcome:
    receipt: Receipt | None = None
    new: bool = False
    failure: str | None = None


def fetch_day(settings: Settings, source: str, day: date, log: Log = lambda _: None) -> FetchReport:
    """Bring in the files of `source` that may hold rows of `day`; raises FetchError naming each that could not be had."""
    report = fetch_days(settings, source, [day], log)[day]
    if report.failures:
        raise FetchError(f"{source} {day}: " + "; ".join(report.failures))
    return report


def fetch_days(
    settings: Settings, source: str, days: Sequence[date], log: Log = lambda _: None
) -> dict[date, FetchReport]:
    """Bring in the files of `source` that may hold rows of `days`, each file once, several at a time.

    Failures are in the reports of the days that they concern. A file that the archive no longer has stays as fetched.
    """
    wanted = {day: list(_wanted(settings, source, day)) for day in days}
    choices = {choice[0].dump_path: (archive, choice) for asked in wanted.values() for archive, choice in asked}
    with httpx.Client(timeout=30, follow_redirects=True) as client, ThreadPoolExecutor(settings.threads) as pool:
        fetched = pool.map(lambda item: _fetch_first(settings, client, *item), choices.values())
        outcomes = dict(zip(choices, fetched, strict=True))
    reports: dict[date, FetchReport] = {}
    receipts: dict[date, list[Receipt]] = {}
    for day, asked in wanted.items():
        of_day = [outcomes[choice[0].dump_path] for _, choice in asked]
        reports[day] = _report(of_day)
        receipts[day] = [outcome.receipt for outcome in of_day if outcome.receipt]
        log(f"{source} {day}: {reports[day]}")
    _write_fetches(settings, source, receipts)
    return reports


def _wanted(settings: Settings, source: str, day: date) -> Iterator[tuple[Folder | Web, list[Candidate]]]:
    for feed in FEEDS:
        if feed.source == source:
            archive = archive_for(settings, feed)
            for asked in feed.days_read(day):
                yield from ((archive, choice) for choice in archive.choices(feed, asked))


def _fetch_first(settings: Settings, client: httpx.Client, archive: Folder | Web, choice: list[Candidate]) -> _Outcome:
    """The first of the candidates that the archive has."""
    for candidate in choice:
        try:
            outcome = _fetch(settings, client, archive, candidate)
        except (OSError, httpx.HTTPError, FetchError) as error:
            return _Outcome(failure=f"{candidate.dump_path}: {error or type(error).__name__}")
        if outcome.receipt:
            return outcome
    return _Outcome()


def _fetch(settings: Settings, client: httpx.Client, archive: Folder | Web, candidate: Candidate) -> _Outcome:
    dumps = settings.paths.dumps
    before = read_receipt(dumps, candidate.dump_path)
    part = dumps / ".arriving" / f"{candidate.dump_path}.{uuid4().hex}"
    part.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(archive, Folder):
        arrived = _copy(archive, candidate, before, part)
    else:
        arrived = web.download(client, archive, candidate, before, part)
    if arrived is None or arrived == before:
        return _Outcome(receipt=before)
    if before and arrived.sha256 == before.sha256:
        arrived = replace(arrived, fetched_at=before.fetched_at)
    admit(dumps, arrived, part)
    return _Outcome(receipt=arrived, new=before is None or before.sha256 != arrived.sha256)


def _copy(archive: Folder, candidate: Candidate, before: Receipt | None, part: Path) -> Receipt | None:
    """Copy from a mirror; a file whose size and time of change are known is taken as unchanged."""
    origin = archive.locate(candidate.feed.source, candidate.path)
    stat = origin.stat()
    modified = str(stat.st_mtime_ns)
    simulated = (archive.root / candidate.feed.source / MARKER).exists()
    if before and (before.modified, before.bytes, before.simulated) == (modified, stat.st_size, simulated):
        return before
    shutil.copyfile(origin, part)
    digest = sha256_of(part)
    if template := candidate.feed.checksum:
        listed = archive.locate(candidate.feed.source, template.format(path=candidate.path))
        web.verify(digest, listed.read_text(encoding="utf-8") if listed.exists() else None)
    fetched_at = utc_text(datetime.now(UTC))
    return Receipt(
        candidate.dump_path, digest, part.stat().st_size, fetched_at, origin.as_uri(), simulated, None, modified
    )


def _report(outcomes: Iterable[_Outcome]) -> FetchReport:
    report = FetchReport()
    for outcome in outcomes:
        if outcome.failure:
            report.failures.append(outcome.failure)
        elif outcome.receipt is None:
            report.absent += 1
        else:
            report.n_files += 1
            report.n_new += outcome.new
            report.bytes += outcome.receipt.bytes
    return report


def _write_fetches(settings: Settings, source: str, receipts: Mapping[date, Iterable[Receipt]]) -> None:
    """Keep who was fetched when, apart from the lake, whose bytes must not depend on it: one Parquet file a day."""
    folder = settings.paths.dumps / ".fetches" / f"source={source}"
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"threads": 1}) as db:
        for day, of_day in receipts.items():
            target = folder / f"day={day}.parquet"
            rows = {r.dump_path: [r.dump_path, r.sha256, r.fetched_at, r.address] for r in of_day}
            if not rows:
                target.unlink(missing_ok=True)
                continue
            part = folder / f".{day}.{uuid4().hex}.part"
            db.execute(_COPY_FETCHES, {"rows": json.dumps(sorted(rows.values())), "target": str(part)})
            os.replace(part, target)


_COPY_FETCHES = """
    copy (
        select row[1] as dump_path, row[2] as sha256, row[3]::timestamp as fetched_at, row[4] as address
        from (select unnest($rows::json::varchar[][]) as row)
    ) to $target (format parquet, compression zstd)
"""
