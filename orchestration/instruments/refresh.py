"""Bringing the seed up to date, from the venues' public endpoints or from saved answers."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from orchestration.instruments import seed
from orchestration.instruments.model import Instrument
from orchestration.instruments.readers import SOURCES, Source

_TIMEOUT_S = 30


@dataclass
class Refreshed:
    """The seed's new text, the rows that are new in it, and which sources could not be read, with the reason."""

    text: str
    added: list[seed.Row]
    failures: list[str] = field(default_factory=list)

    @property
    def n_new(self) -> int:
        """How many rows are new."""
        return len(self.added)

    def write(self, path: Path) -> None:
        """Replace the file at once, so that none is left half written."""
        part = path.with_name(f"{path.name}.part")
        part.write_text(self.text, encoding="utf-8")
        part.replace(path)


def refresh(path: Path, folder: Path | None, today: date) -> Refreshed:
    """Merge what the venues state into the seed at `path`, which is not written; a source that fails leaves the others.

    `today` is the day of the answers.
    """
    rows, failures = seed.read(path), list[str]()
    found: list[Instrument] = []
    for source, document in _documents(folder, failures.append):
        before = len(found)
        try:
            for instrument in source.read(document):
                found.append(instrument)
            if len(found) == before:
                failures.append(f"{source.name}: states no instruments")
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            failures.append(f"{source.name}: not as expected: {type(error).__name__} {error}")
    merged = seed.merged(rows, found, today)
    return Refreshed(seed.text(merged), sorted(set(merged) - set(rows)), failures)


def _documents(folder: Path | None, fail: Callable[[str], None]) -> Iterator[tuple[Source, Any]]:
    if folder is None:
        yield from _asked(fail)
        return
    for source in SOURCES:
        file = folder / f"{source.name}.json"
        if file.exists():
            try:
                yield source, json.loads(file.read_text(encoding="utf-8"))
            except ValueError as error:
                fail(f"{file.name}: {error}")


def _asked(fail: Callable[[str], None]) -> Iterator[tuple[Source, Any]]:
    with httpx.Client(timeout=_TIMEOUT_S, follow_redirects=True) as client:
        for source in SOURCES:
            try:
                answer = (
                    client.get(source.address) if source.body is None else client.post(source.address, json=source.body)
                )
                yield source, answer.raise_for_status().json()
            except (httpx.HTTPError, ValueError) as error:
                fail(f"{source.name}: {error or type(error).__name__}")
