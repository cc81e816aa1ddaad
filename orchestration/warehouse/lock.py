"""One writer at a time: runs, backfills and commands on the same home wait for each other here instead of failing.

A file lock rather than a Dagster pool: the kernel releases it when its holder dies, and commands without Dagster obey it.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

Log = Callable[[str], None]
_HOLDER = ".holder"


@contextmanager
def held(build: Path, doing: str, log: Log) -> Iterator[None]:
    """Hold the lock of a home's `build` folder while `doing` something; says whom it waits for.

    Not reentrant: who holds it must not ask again.
    """
    build.mkdir(parents=True, exist_ok=True)
    lock = FileLock(build / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        log(f"{doing}: waiting, the warehouse is in use: {holder(build)}")
        lock.acquire()
        log(f"{doing}: the warehouse is free, going on")
    try:
        now = datetime.now(UTC)
        (build / _HOLDER).write_text(
            f"{doing}, process {os.getpid()}, since {now:%Y-%m-%d %H:%M:%S} UTC", encoding="utf-8"
        )
        yield
    finally:
        lock.release()


def holder(build: Path) -> str:
    """What holds the lock of a `build` folder, or held it last."""
    try:
        return (build / _HOLDER).read_text(encoding="utf-8")
    except FileNotFoundError:
        return "by an unknown process"
