"""Where dumps are found: a folder that mirrors the vendors' paths, or the vendors' own addresses.

Both answer the same questions: which files may speak of a day, and where is one of them. Nothing is copied here.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from glob import iglob
from pathlib import Path
from urllib.parse import quote

from orchestration.feeds.contract import Feed, Variables, fill, literal_folder, pattern, speaks_of
from orchestration.settings import Settings, yesterday

MARKER = "SIMULATED"


@dataclass(frozen=True)
class Candidate:
    """One file that an archive may hold: path below the source's base, the subject that it names, the day it was looked for."""

    feed: Feed
    path: str
    subject: Variables
    template: str
    day: date | None

    @property
    def dump_path(self) -> str:
        """The name under which rows remember the file."""
        return f"{self.feed.source}/{self.path}"


@dataclass(frozen=True)
class Folder:
    """A mirror on disk: `<root>/<source>/<vendor path>`."""

    root: Path

    def choices(self, feed: Feed, day: date) -> list[list[Candidate]]:
        """Files of a day that exist; of several for one subject only the best is listed."""
        found: dict[tuple[str, ...], Candidate] = {}
        names_subject = bool(feed.subjects)
        for template in feed.paths:
            for candidate in self._matching(feed, template, day):
                alone = names_subject and "*" not in template
                key = tuple(candidate.subject.values()) if alone else (candidate.path,)
                found.setdefault(key, candidate)
        return [[candidate] for candidate in sorted(found.values(), key=lambda candidate: candidate.path)]

    def _matching(self, feed: Feed, template: str, day: date) -> Iterator[Candidate]:
        # A day has thousands of files: paths are joined as text.
        base = f"{self.root}/{feed.source}"
        if not os.path.isdir(f"{base}/{literal_folder(template)}"):
            return
        shape, expression = pattern(template, day)
        subjects = feed.subjects
        for path in iglob(shape, root_dir=base, include_hidden=True):
            match = expression.fullmatch(path)
            is_hidden = path.rpartition("/")[2].startswith(".")
            if match and not is_hidden and speaks_of(path, day) and os.path.isfile(f"{base}/{path}"):
                yield Candidate(feed, path, {name: match[name] for name in subjects}, template, day)

    def locate(self, source: str, path: str) -> Path:
        """The file on disk."""
        return self.root / source / path

    def holds(self, source: str, file: Path) -> bool:
        """Whether the file lies here, links followed; the root and a source's folder may be links themselves."""
        found = file.resolve()
        return any(found.is_relative_to(place.resolve()) for place in (self.root, self.root / source))


@dataclass(frozen=True)
class Web:
    """Addresses over HTTP(S). They cannot be listed, so the files asked for follow from the settings."""

    settings: Settings
    base: str | None = None

    def choices(self, feed: Feed, day: date) -> list[list[Candidate]]:
        """Per subject the candidate files, best first; at most one of them is to be taken."""
        if self._asks_not(feed, day):
            return []
        return [
            [Candidate(feed, fill(template, day, subject), subject, template, day) for template in feed.paths]
            for subject in self._subjects(feed)
        ]

    def address(self, candidate: Candidate) -> str:
        """The full address of a file, or of the request, the first where there are several, whose answer it is."""
        return self.addresses(candidate)[0]

    def addresses(self, candidate: Candidate) -> list[str]:
        """The full address of a file, or of each request whose answers it holds."""
        request, day = candidate.feed.request, candidate.day
        if self.base is not None or request is None or day is None:
            return [self.address_of(candidate.feed, candidate.path)]
        return [
            f"{candidate.feed.address}/{fill(request.target, day, candidate.subject, (n, request.slices))}"
            for n in range(request.slices)
        ]

    def address_of(self, feed: Feed, path: str) -> str:
        """The full address of a path below a feed's base."""
        root = f"{self.base.rstrip('/')}/{feed.source}" if self.base else feed.address
        return f"{root}/{quote(path)}"

    def _asks_not(self, feed: Feed, day: date) -> bool:
        is_past = feed.request is not None and feed.request.snapshot and day != yesterday()
        has_no_key = feed.key is not None and feed.key.is_needed and feed.key.variable not in os.environ
        is_unasked = feed.on_request and feed.name not in self.settings.feeds
        return is_unasked or (self.base is None and (is_past or has_no_key))

    def _subjects(self, feed: Feed) -> list[dict[str, str]]:
        """One per asset, and per exchange where the path names one."""
        exchanges = self.settings.tardis_exchanges if "exchange" in feed.subjects else ("",)
        assets = self.settings.assets if set(feed.subjects) - {"exchange"} else ("",)
        return [
            {name: self._spelled(feed, name, asset, exchange) for name in feed.subjects}
            for asset in assets
            for exchange in exchanges
        ]

    def _spelled(self, feed: Feed, name: str, asset: str, exchange: str) -> str:
        known = {"asset": asset, "asset_lower": asset.lower(), "exchange": exchange}
        return known[name] if name in known else feed.asks_for[name].format(asset=asset, asset_lower=asset.lower())


def archive_for(settings: Settings, feed: Feed) -> Folder | Web:
    """The archive that a feed is fetched from: the one that was set, the vendor's, or the inbox for what has no address."""
    if settings.archive and "://" not in settings.archive:
        return Folder(Path(settings.archive))
    wildcard = any("*" in path for path in feed.paths)
    if feed.address is None or wildcard:
        return Folder(settings.paths.inbox)
    return Web(settings, settings.archive)
