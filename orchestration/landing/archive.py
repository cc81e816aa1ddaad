"""Where dumps are found: a folder that mirrors the vendors' paths, or the vendors' own addresses.

Both answer the same questions: which files may speak of a day, and where is one of them. Nothing is copied here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path
from urllib.parse import quote

from orchestration.feeds.contract import Feed, Variables, fill, pattern, speaks_of
from orchestration.settings import Settings

MARKER = "SIMULATED"


@dataclass(frozen=True)
class Candidate:
    """One file that an archive may hold: path below the source's base, and the subject that the path names."""

    feed: Feed
    path: str
    subject: Variables
    template: str

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
        for template in feed.paths:
            for candidate in self._matching(feed, template, day):
                alone = feed.subjects and "*" not in template
                key = tuple(candidate.subject.values()) if alone else (candidate.path,)
                found.setdefault(key, candidate)
        return [[candidate] for candidate in sorted(found.values(), key=lambda candidate: candidate.path)]

    def _matching(self, feed: Feed, template: str, day: date) -> Iterator[Candidate]:
        base = self.root / feed.source
        glob, expression = pattern(template, day)
        for file in base.glob(glob):
            path = file.relative_to(base).as_posix()
            match = expression.fullmatch(path)
            if match and speaks_of(path, day) and file.is_file():
                yield Candidate(feed, path, {name: match[name] for name in feed.subjects}, template)

    def locate(self, source: str, path: str) -> Path:
        """The file on disk."""
        return self.root / source / path


@dataclass(frozen=True)
class Web:
    """Addresses over HTTP(S). They cannot be listed, so the files asked for follow from the settings."""

    settings: Settings
    base: str | None = None

    def choices(self, feed: Feed, day: date) -> list[list[Candidate]]:
        """Per subject the candidate files, best first; at most one of them is to be taken."""
        values = [self._values(name) for name in feed.subjects]
        subjects = [dict(zip(feed.subjects, chosen, strict=True)) for chosen in product(*values)]
        return [
            [Candidate(feed, fill(template, day, subject), subject, template) for template in feed.paths]
            for subject in subjects
        ]

    def address(self, feed: Feed, path: str) -> str:
        """The full address of a file."""
        root = f"{self.base.rstrip('/')}/{feed.source}" if self.base else feed.address
        return f"{root}/{quote(path)}"

    def _values(self, name: str) -> tuple[str, ...]:
        assets = self.settings.assets
        return {
            "symbol": tuple(f"{asset}USDT" for asset in assets),
            "asset": assets,
            "asset_lower": tuple(asset.lower() for asset in assets),
            "exchange": self.settings.tardis_exchanges,
        }[name]


def archive_for(settings: Settings, feed: Feed) -> Folder | Web:
    """The archive that a feed is fetched from: the one that was set, the vendor's, or the inbox for what has no address."""
    if settings.archive and "://" not in settings.archive:
        return Folder(Path(settings.archive))
    wildcard = any("*" in path for path in feed.paths)
    if feed.address is None or wildcard:
        return Folder(settings.paths.inbox)
    return Web(settings, settings.archive)
