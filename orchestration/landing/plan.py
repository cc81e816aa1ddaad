"""What fetching a day would ask for, how big it is, and what of it is late. Nothing is written."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta

import httpx

from orchestration.feeds.catalog import SOURCES
from orchestration.feeds.contract import fill
from orchestration.landing.archive import Candidate, Folder, Web
from orchestration.landing.dumps import Receipt, read_receipt
from orchestration.landing.fetch import wanted
from orchestration.secrets import without_secrets
from orchestration.settings import Settings

_AT_ONCE = 8
_LOOK_BACK_DAYS = 3
ONE_DAY = timedelta(days=1)
ABSENT = "not there"


@dataclass(frozen=True)
class Planned:
    """One file: where it would come from, its size where that is told, and what is known of it."""

    address: str
    state: str
    bytes: int | None = None

    def __str__(self) -> str:
        """One line."""
        size = "" if self.bytes is None else f"  {self.bytes:,} bytes"
        return f"{self.state:<10} {without_secrets(self.address)}{size}"


def plan_day(settings: Settings, day: date) -> Iterator[Planned]:
    """Each file that fetching `day` would ask for, source by source, in the order of the catalogue.

    A file of an archive that does not tell sizes ahead, and the answer of an endpoint, is listed without one.
    """
    with httpx.Client(timeout=30, follow_redirects=True) as client, ThreadPoolExecutor(_AT_ONCE) as pool:
        for source in SOURCES:
            yield from pool.map(lambda item: _plan(settings, client, *item), wanted(settings, source, day))


def late_dumps(settings: Settings, day: date) -> list[Planned]:
    """Daily files of `day` that were not fetched though their like of one of the three days before was; `new` if there by now.

    What the archive does not have is `not there`, and what it replaced since it was fetched is `new` too. Months' files and
    endpoints are not waited for: these always answer, those come after the month's end.
    """
    with httpx.Client(timeout=30, follow_redirects=True) as client, ThreadPoolExecutor(_AT_ONCE) as pool:
        late = list(pool.map(lambda item: _plan(settings, client, *item), _due(settings, day)))
        restated = pool.map(lambda item: _restated(client, *item), _fetched(settings, day))
        return late + [planned for planned in restated if planned]


def _fetched(settings: Settings, day: date) -> Iterator[tuple[Folder | Web, Candidate, Receipt]]:
    """The daily files of `day` that were fetched."""
    for source in SOURCES:
        for archive, choice in wanted(settings, source, day):
            for candidate in choice:
                receipt = read_receipt(settings.paths.dumps, candidate.dump_path)
                if receipt and candidate.day == day and _is_daily(candidate):
                    yield archive, candidate, receipt


def _restated(client: httpx.Client, archive: Folder | Web, candidate: Candidate, receipt: Receipt) -> Planned | None:
    """A file that its archive has replaced, by what names its version: ETag, else time of change and size."""
    if isinstance(archive, Folder):
        file = archive.locate(candidate.feed.source, candidate.path)
        if receipt.address != file.as_uri() or not file.is_file():
            return None
        stat = file.stat()
        is_same = (receipt.modified, receipt.bytes) == (str(stat.st_mtime_ns), stat.st_size)
        return None if is_same else Planned(str(file), "new", stat.st_size)
    address = archive.address(candidate)
    found = _head(client, address) if receipt.address == address else None
    if found is None or (receipt.etag or receipt.modified) is None:
        return None
    told = found.headers.get("etag" if receipt.etag else "last-modified", receipt.etag or receipt.modified)
    size = found.headers.get("content-length", "")
    return (
        None
        if told == (receipt.etag or receipt.modified)
        else Planned(address, "new", int(size) if size.isdigit() else None)
    )


def _due(settings: Settings, day: date) -> list[tuple[Folder | Web, list[Candidate]]]:
    due: dict[str, tuple[Folder | Web, list[Candidate]]] = {}
    for source in SOURCES:
        for before in (day - ONE_DAY * n for n in range(1, _LOOK_BACK_DAYS + 1)):
            for archive, choice in wanted(settings, source, before):
                for had in choice:
                    if had.day == before and _is_daily(had) and read_receipt(settings.paths.dumps, had.dump_path):
                        like = replace(had, path=fill(had.template, day, had.subject), day=day)
                        due[like.dump_path] = (archive, [like])
    return [item for path, item in sorted(due.items()) if not read_receipt(settings.paths.dumps, path)]


def _is_daily(candidate: Candidate) -> bool:
    if candidate.feed.request or "*" in candidate.template or candidate.day is None:
        return False
    return fill(candidate.template, candidate.day, candidate.subject) != fill(
        candidate.template, candidate.day.replace(day=candidate.day.day % 28 + 1), candidate.subject
    )


def _plan(settings: Settings, client: httpx.Client, archive: Folder | Web, choice: list[Candidate]) -> Planned:
    known = {candidate.path: read_receipt(settings.paths.dumps, candidate.dump_path) for candidate in choice}
    if isinstance(archive, Folder):
        file = archive.locate(choice[0].feed.source, choice[0].path)
        if not file.is_file():
            return Planned(str(file), ABSENT)
        return Planned(str(file), _state(known[choice[0].path]), file.stat().st_size)
    for candidate in choice:
        address, before = archive.address(candidate), known[candidate.path]
        if candidate.feed.request and archive.base is None:
            return Planned(address, _state(before), before.bytes if before else None)
        found = _head(client, address)
        if found is not None:
            size = found.headers.get("content-length", "")
            return Planned(address, _state(before), int(size) if size.isdigit() else None)
    return Planned(archive.address(choice[0]), ABSENT)


def _state(before: Receipt | None) -> str:
    return "fetched" if before else "new"


def _head(client: httpx.Client, address: str) -> httpx.Response | None:
    try:
        answer = client.head(address)
    except httpx.TransportError:
        return None
    return answer if answer.is_success else None
