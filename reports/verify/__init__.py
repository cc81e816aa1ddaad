"""Checks a published recap: every number derived again by other SQL, every text held against its facts and made again.

What belongs here: the order of the checks and their result. What does not: reading marts for a recap (facts/).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from reports import files
from reports.facts.export import load
from reports.facts.model import FactStore
from reports.lint import lint
from reports.verify.anew import redrawn, refound
from reports.verify.derived import derived
from reports.verify.marts import agrees, reread
from reports.verify.raw import from_raw

__all__ = ["Miss", "Verification", "verify"]


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
    absent = [name for name in files.TEXTS if not (folder / name).exists()]
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
    misses += _dump_files(db, store)
    found = files.read(folder)
    anew = [*refound(db, store), *redrawn(db, store, files.pictures(found))]
    misses += [Miss(difference.where, difference.said, difference.found) for difference in anew]
    misses += [Miss(finding.where, finding.what, "facts that say otherwise") for finding in lint(store, found)]
    return Verification(len(checks) + len(store.files), len(raw), tuple(misses))


def _dump_files(db: duckdb.DuckDBPyConnection, store: FactStore) -> list[Miss]:
    """The dump files of facts.json, by path, venue and dataset, have the SHA-256 that the warehouse knows."""
    rows = db.execute(
        "select path, venue, dataset, sha256 from marts.dump_files where day = $day", {"day": store.day}
    ).fetchall()
    known = {tuple(row[:3]): row[3] for row in rows}
    said = {(file.path, file.venue, file.dataset): file.sha256 for file in store.files}
    different = [key for key in {**known, **said} if known.get(key) != said.get(key)]
    return [Miss(f"dump file {key[0]}", said.get(key), known.get(key)) for key in different]
