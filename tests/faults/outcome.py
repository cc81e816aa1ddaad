"""What a night leaves behind, as digests: lake and recaps byte for byte, published tables row for row, times of fetching aside."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.settings import Settings

Digests = dict[str, str]


@dataclass(frozen=True)
class Outcome:
    """Digest by file or table; hidden files are work in progress and seen by nobody."""

    lake: Digests
    recaps: Digests
    tables: Digests

    def differs_from(self, other: "Outcome") -> list[str]:
        """The first names of what is not the same."""
        pairs = ((self.lake, other.lake), (self.recaps, other.recaps), (self.tables, other.tables))
        wrong = [
            name for mine, theirs in pairs for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name)
        ]
        return sorted(wrong)[:5]

    def is_made_of(self, before: "Outcome", after: "Outcome") -> list[str]:
        """What is neither as before nor as after: half of something, seen by readers."""
        triples = ((self.lake, before.lake, after.lake), (self.recaps, before.recaps, after.recaps))
        half = [
            name
            for mine, old, new in triples
            for name, digest in mine.items()
            if digest not in (old.get(name), new.get(name))
        ]
        if self.tables not in (before.tables, after.tables):
            half.append("published tables")
        return sorted(half)[:5]


def outcome(settings: Settings) -> Outcome:
    """Digest a home. Raises whatever DuckDB says of a publication that cannot be opened."""
    return Outcome(_files(settings.paths.lake), _days(settings.paths.recaps), _tables(settings.paths.published_db))


def _files(root: Path) -> Digests:
    found = (path for path in root.rglob("*") if path.is_file() and not _is_hidden(path.relative_to(root)))
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(found)}


def _days(recaps: Path) -> Digests:
    """A recap is whole or not there: one digest for each day's folder, one for each file of the archive beside them."""
    files = _files(recaps)
    days: dict[str, list[str]] = {}
    for name, digest in files.items():
        days.setdefault(name.partition("/")[0], []).append(f"{name} {digest}")
    return {day: hashlib.sha256("\n".join(parts).encode()).hexdigest() for day, parts in days.items()}


def _tables(published: Path) -> Digests:
    if not published.exists():
        return {}
    with duckdb.connect(str(published), read_only=True) as db:
        names = [
            name
            for (name,) in db.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
        ]
        return {name: _rows(db, name) for name in sorted(names)}


def _rows(db: duckdb.DuckDBPyConnection, table: str) -> str:
    digest = hashlib.sha256()
    query = f"""select columns(lambda name: name <> 'fetched_at') from marts."{table}" order by all"""
    for row in db.execute(query).fetchall():
        digest.update(repr(row).encode())
    return digest.hexdigest()


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
