"""Checks a published recap: every number derived again by other SQL, every text held against its facts and made again.

What belongs here: the order of the checks and their result. What does not: reading marts for a recap (facts/).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from reports.facts.export import load
from reports.facts.model import FactStore
from reports.lint import lint
from reports.verify.derived import derived
from reports.verify.marts import agrees, reread
from reports.verify.raw import from_raw
from reports.verify.replay import Difference, Replay, refound

__all__ = ["Miss", "Verification", "verify"]
_FILES = ("index.html", "email.eml", "facts.json", "claims.json")


@dataclass(frozen=True, slots=True)
class Miss:
    """A number or text that does not hold."""

    where: str
    said: object
    found: object

    def __str__(self) -> str:
        return f"{self.where}: the recap has {self.said}, the warehouse {self.found}"


@dataclass(frozen=True, slots=True)
class Verification:
    """How much was checked, and what failed; iterates over the misses."""

    n_checked: int
    n_from_raw: int
    misses: tuple[Miss, ...]

    def __iter__(self) -> Iterator[Miss]:
        return iter(self.misses)

    def __len__(self) -> int:
        return len(self.misses)


def verify(published: Path, recaps: Path, day: date) -> Verification:
    """Derive every fact of recaps/<day>/ again and lint its texts as they lie there."""
    folder = recaps / day.isoformat()
    absent = [name for name in _FILES if not (folder / name).exists()]
    if absent:
        return Verification(1, 0, (Miss(str(folder.name), f"no {', '.join(absent)}", "a recap"),))
    with duckdb.connect(str(published), read_only=True, config={"threads": 1}) as db:
        try:
            return _verified(db, folder)
        except _UNREADABLE as error:
            where = f"{folder.name}, which cannot be read as a recap"
            return Verification(1, 0, (Miss(where, f"{type(error).__name__}: {error}", "files as written"),))


_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, duckdb.Error)


def _verified(db: duckdb.DuckDBPyConnection, folder: Path) -> Verification:
    store = load(folder / "facts.json")
    raw = list(from_raw(db, store))
    checks = [*reread(db, store), *derived(db, store), *raw]
    misses = [Miss(check.where, check.said, check.found) for check in checks if not agrees(check.said, check.found)]
    unchecked = {fact.id for fact in store} - {check.id for check in checks}
    misses += [Miss(id, store[id].value, "no way to derive it again") for id in sorted(unchecked)]
    misses += _files(db, store)
    # What facts of another day or shape would read like is no measure of a text.
    changed = list(refound(db, store))
    misses += map(_miss, changed or _replayed(Replay.of(db, store), folder))
    misses += _linted(store, folder)
    return Verification(len(checks) + len(store.files), len(raw), tuple(misses))


def _miss(difference: Difference) -> Miss:
    return Miss(difference.where, difference.said, difference.found)


def _replayed(replay: Replay, folder: Path) -> Iterator[Difference]:
    for name in replay.names:
        path = folder / name
        yield from replay.differences(name, path.read_bytes() if path.exists() else None)


def _linted(store: FactStore, folder: Path) -> Iterator[Miss]:
    claims = json.loads((folder / "claims.json").read_text(encoding="utf-8"))
    page = (folder / "index.html").read_text(encoding="utf-8")
    for finding in lint(store, claims, page, (folder / "email.eml").read_bytes()):
        yield Miss(finding.where, finding.what, "facts that say otherwise")


def _files(db: duckdb.DuckDBPyConnection, store: FactStore) -> list[Miss]:
    """The dump files of facts.json, by path, venue and dataset, have the SHA-256 that the warehouse knows."""
    rows = db.execute(
        "select path, venue, dataset, sha256 from marts.dump_files where day = $day", {"day": store.day}
    ).fetchall()
    known = {tuple(row[:3]): row[3] for row in rows}
    said = {(file.path, file.venue, file.dataset): file.sha256 for file in store.files}
    different = [key for key in {**known, **said} if known.get(key) != said.get(key)]
    return [Miss(f"dump file {key[0]}", said.get(key), known.get(key)) for key in different]
