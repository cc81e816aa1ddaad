"""What runs left: the lock, half-written files, the lake, the publication."""

import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import filelock

from orchestration.doctor.finding import Finding, Look
from orchestration.feeds.datasets import ALL
from orchestration.settings import Settings
from orchestration.warehouse.lock import holder

_MAGIC = b"PAR1"
_SMALLEST_BYTES = 12
_OLD_S = 86_400


def _lock(settings: Settings) -> Iterator[Finding]:
    path = settings.paths.build / ".lock"
    if not path.exists():
        yield Finding("lock", "no build yet")
        return
    try:
        with filelock.FileLock(path, timeout=0):
            yield Finding("lock", "free")
    except filelock.Timeout:
        remedy = "wait for that process, or end it: the lock is then free, and the next run completes its work"
        yield Finding("lock", f"the warehouse is in use: {holder(settings.paths.build)}", remedy)


def _leftovers(settings: Settings) -> Iterator[Finding]:
    """What a killed process left is hidden from readers, and goes with the next run; what stays for a day is in nobody's hands."""
    paths = settings.paths
    found = [*(paths.dumps / ".arriving").glob("*"), *paths.lake.glob("*/venue=*/day=*/*.part")]
    found += [*paths.published.glob(".tidemark-*"), *paths.published.glob("*/.*.part")]
    old = sorted(path for path in found if time.time() - path.stat().st_mtime > _OLD_S)
    if old:
        size = sum(path.stat().st_size for path in old)
        state = f"{len(old)} half-written files of more than a day ago, {size:,} bytes: {_some(old)}"
        yield Finding("leftovers", state, "delete them: nothing reads them")
        return
    yield Finding("leftovers", "none")


def _lake(settings: Settings) -> Iterator[Finding]:
    """Begin and end of every file, which shows what was truncated, emptied or overwritten; reading all would take its time."""
    files = [
        file for dataset in ALL for file in sorted((settings.paths.lake / dataset).glob("venue=*/day=*/*.parquet"))
    ]
    damaged = [file for file in files if not _is_parquet(file)]
    if damaged:
        days = sorted({file.parent.name.removeprefix("day=") for file in damaged})
        remedy = f"delete them and run `tidemark run --day {days[0]}`" + (
            f", and so for {', '.join(days[1:])}" if days[1:] else ""
        )
        yield Finding("lake", f"{len(damaged)} damaged files: {_some(damaged)}", remedy)
        return
    yield Finding("lake", f"{len(files):,} files")


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if size < _SMALLEST_BYTES:
            return False
        file.seek(size - 8)
        length, end = int.from_bytes(file.read(4), "little"), file.read(4)
        file.seek(0)
        return file.read(4) == end == _MAGIC and length <= size - _SMALLEST_BYTES


def _published(settings: Settings) -> Iterator[Finding]:
    path = settings.paths.published_db
    if not path.exists():
        yield Finding("published", "nothing yet")
        return
    try:
        with duckdb.connect(str(path), read_only=True) as db:
            days = db.execute("select count(distinct day) from marts.dump_files").fetchone()
    except duckdb.Error as error:
        remedy = f"delete {path} and run `tidemark run`: it is made anew from the lake"
        yield Finding("published", str(error).splitlines()[0], remedy)
        return
    yield Finding("published", f"{days[0] if days else 0} days")


def _some(paths: list[Path]) -> str:
    return ", ".join(map(str, paths[:3])) + (f" and {len(paths) - 3} more" if paths[3:] else "")


LOOKS: tuple[Look, ...] = (_lock, _leftovers, _lake, _published)
