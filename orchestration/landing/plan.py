"""A dry run: what fetching a day would ask for, and how big it is. Nothing is written."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import httpx

from orchestration.feeds.catalog import SOURCES
from orchestration.landing.archive import Candidate, Folder, Web
from orchestration.landing.dumps import Receipt, read_receipt
from orchestration.landing.fetch import wanted
from orchestration.settings import Settings

_AT_ONCE = 8


@dataclass(frozen=True)
class Planned:
    """One file: where it would come from, its size where that is told, and what is known of it."""

    address: str
    state: str
    bytes: int | None = None

    def __str__(self) -> str:
        """One line."""
        size = "" if self.bytes is None else f"  {self.bytes:,} bytes"
        return f"{self.state:<10} {self.address}{size}"


def plan_day(settings: Settings, day: date) -> Iterator[Planned]:
    """Each file that fetching `day` would ask for, source by source, in the order of the catalogue.

    A file of an archive that does not tell sizes ahead, and the answer of an endpoint, is listed without one.
    """
    with httpx.Client(timeout=30, follow_redirects=True) as client, ThreadPoolExecutor(_AT_ONCE) as pool:
        for source in SOURCES:
            yield from pool.map(lambda item: _plan(settings, client, *item), wanted(settings, source, day))


def _plan(settings: Settings, client: httpx.Client, archive: Folder | Web, choice: list[Candidate]) -> Planned:
    known = {candidate.path: read_receipt(settings.paths.dumps, candidate.dump_path) for candidate in choice}
    if isinstance(archive, Folder):
        file = archive.locate(choice[0].feed.source, choice[0].path)
        return Planned(str(file), _state(known[choice[0].path]), file.stat().st_size)
    for candidate in choice:
        address, before = archive.address(candidate), known[candidate.path]
        if candidate.feed.request and archive.base is None:
            return Planned(address, _state(before), before.bytes if before else None)
        found = _head(client, address)
        if found is not None:
            size = found.headers.get("content-length", "")
            return Planned(address, _state(before), int(size) if size.isdigit() else None)
    return Planned(archive.address(choice[0]), "not there")


def _state(before: Receipt | None) -> str:
    return "fetched" if before else "new"


def _head(client: httpx.Client, address: str) -> httpx.Response | None:
    try:
        answer = client.head(address)
    except httpx.TransportError:
        return None
    return answer if answer.is_success else None
