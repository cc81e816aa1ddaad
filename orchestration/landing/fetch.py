"""Fetching: every file of a source that may speak of a day, verified, resumed, and put in place whole or not at all."""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar
from uuid import uuid4

import duckdb
import httpx

from orchestration.feeds.catalog import FEEDS
from orchestration.landing import web
from orchestration.landing.absent import is_known_absent, remember_absent
from orchestration.landing.archive import MARKER, Candidate, Folder, Web, archive_for
from orchestration.landing.dumps import (
    Receipt,
    admit,
    arrival,
    clear_left_behind,
    copy_hashed,
    is_as_received,
    read_receipt,
    utc_text,
)
from orchestration.landing.errors import FetchError
from orchestration.landing.hosts import Hosts
from orchestration.landing.json_files import is_complaint
from orchestration.secrets import without_secrets
from orchestration.settings import Settings

# More would help no archive: each host has its own limit in the settings.
_AT_ONCE = 16

Log = Callable[[str], None]
T = TypeVar("T")


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

    Failures are in the reports of the days that they concern. A file that the archive no longer has stays as fetched,
    and so does one that could not be fetched again. Raises FetchError where a folder was set that is not there.
    """
    clear_left_behind(settings.paths.dumps)
    asked_for = {day: list(wanted(settings, source, day)) for day in days}
    choices = {choice[0].dump_path: (archive, choice) for asked in asked_for.values() for archive, choice in asked}
    line = web.Line(httpx.Client(timeout=30, follow_redirects=True), Hosts(settings.connections_per_host))
    with line.client, ThreadPoolExecutor(_AT_ONCE) as pool:
        errand = _Errand(settings, line)
        fetched = pool.map(lambda item: errand.first(*item), choices.values())
        outcomes = dict(zip(choices, fetched, strict=True))
    reports: dict[date, FetchReport] = {}
    receipts: dict[date, list[Receipt]] = {}
    for day, asked in asked_for.items():
        of_day = [outcomes[choice[0].dump_path] for _, choice in asked]
        reports[day] = _report(of_day)
        receipts[day] = [outcome.receipt for outcome in of_day if outcome.receipt]
        if asked:
            log(f"{source} {day}: {reports[day]}")
    _write_fetches(settings, source, receipts)
    return reports


def wanted(settings: Settings, source: str, day: date) -> Iterator[tuple[Folder | Web, list[Candidate]]]:
    """Per file that may speak of the day: its archive, and the candidates for it, best first."""
    for feed in FEEDS:
        if feed.source == source:
            archive = archive_for(settings, feed)
            for asked in feed.days_read(day):
                yield from ((archive, choice) for choice in archive.choices(feed, asked))


class _Once:
    """Does a thing once per key, however many threads ask for it; the others wait and get the same."""

    def __init__(self) -> None:
        self._locks: defaultdict[str, Lock] = defaultdict(Lock)
        self._done: dict[str, Any] = {}

    def __call__(self, key: str, work: Callable[[], T]) -> T:
        with self._locks[key]:
            if key not in self._done:
                self._done[key] = work()
            result: T = self._done[key]
            return result


class _Errand:
    """One round of fetching: a file that many days ask for, like that of a month, is fetched once."""

    def __init__(self, settings: Settings, line: web.Line) -> None:
        self._dumps = settings.paths.dumps
        self._is_offline = settings.offline
        self._line = line
        self._once = _Once()

    def first(self, archive: Folder | Web, choice: list[Candidate]) -> _Outcome:
        """The first of the candidates that the archive has."""
        for candidate in choice:
            outcome = self._once(candidate.dump_path, partial(self._attempt, archive, candidate))
            if outcome.receipt or outcome.failure:
                return outcome
        return _Outcome()

    def _attempt(self, archive: Folder | Web, candidate: Candidate) -> _Outcome:
        before = read_receipt(self._dumps, candidate.dump_path)
        if before and not self._is_of_use(candidate, before):
            before = None
        if self._is_offline or (before is None and self._is_absent(archive, candidate)):
            return _Outcome(before)
        part = arrival(self._dumps)
        try:
            return self._fetch(archive, candidate, before, part)
        except (OSError, httpx.HTTPError, httpx.InvalidURL, FetchError) as error:
            return _Outcome(before, failure=without_secrets(f"{candidate.dump_path}: {error or type(error).__name__}"))
        finally:
            part.unlink(missing_ok=True)

    def _is_of_use(self, candidate: Candidate, before: Receipt) -> bool:
        """Whether what was fetched is still that, and no endpoint's complaint, which is asked again where one can."""
        if not is_as_received(self._dumps, before):
            return False
        is_asked = candidate.feed.request is not None and not self._is_offline
        return not (is_asked and is_complaint(self._dumps / candidate.dump_path, candidate.feed.reader))

    def _fetch(self, archive: Folder | Web, candidate: Candidate, before: Receipt | None, part: Path) -> _Outcome:
        if isinstance(archive, Folder):
            arrived = _copy(archive, candidate, before, part)
        else:
            arrived = web.download(self._line, archive, candidate, before, part, self._is_simulated(archive, candidate))
            if arrived is None:
                remember_absent(self._dumps, candidate, archive.address(candidate))
        if arrived is None or arrived == before:
            return _Outcome(before)
        if before and arrived.sha256 == before.sha256:
            arrived = replace(arrived, fetched_at=before.fetched_at)
        admit(self._dumps, arrived, part, before)
        return _Outcome(arrived, new=before is None or before.sha256 != arrived.sha256)

    def _is_absent(self, archive: Folder | Web, candidate: Candidate) -> bool:
        return isinstance(archive, Web) and is_known_absent(self._dumps, candidate, archive.address(candidate))

    def _is_simulated(self, archive: Web, candidate: Candidate) -> bool:
        """Whether an archive that stands in for the vendors' says that its data of this source is made up."""
        if archive.base is None:
            return False
        marker = archive.address_of(candidate.feed, MARKER)
        return self._once(marker, lambda: web.text_at(self._line, marker) is not None)


def _copy(archive: Folder, candidate: Candidate, before: Receipt | None, part: Path) -> Receipt | None:
    """Copy from a mirror; a file whose size and time of change are known is taken as unchanged."""
    origin = archive.locate(candidate.feed.source, candidate.path)
    stat = origin.stat()
    known = (origin.as_uri(), str(stat.st_mtime_ns), stat.st_size)
    simulated = (archive.root / candidate.feed.source / MARKER).exists()
    if before and (before.address, before.modified, before.bytes) == known and before.simulated == simulated:
        return before
    if not archive.holds(candidate.feed.source, origin):
        raise FetchError(f"{origin} is a link that leads out of the archive")
    digest = copy_hashed(origin, part)
    if template := candidate.feed.checksum:
        listed = archive.locate(candidate.feed.source, template.format(path=candidate.path))
        web.verify(digest, listed.read_text(encoding="utf-8", errors="replace") if listed.exists() else None)
    fetched_at = utc_text(datetime.now(UTC))
    return Receipt(candidate.dump_path, digest, part.stat().st_size, fetched_at, known[0], simulated, modified=known[1])


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
