"""Where a day is read and judged: tables of a DuckDB in memory and a folder, both thrown away afterwards."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import duckdb

from orchestration.settings import Settings

MEMORY = 640_000_000
"""What DuckDB may hold of a day: beyond it, it spills. A day of 30 million trades then takes under 1 GB in all."""


@contextmanager
def workspace(settings: Settings) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A connection whose tables are its own, and a folder; both are gone afterwards."""
    work = Path(tempfile.mkdtemp(prefix="tidemark-"))
    db = _database(os.getpid(), settings.threads, min(settings.memory_limit, MEMORY)).cursor()
    try:
        db.execute("set timezone = 'UTC'; set enable_progress_bar = false")
        yield db, work
    except duckdb.Error:
        # What it died of, it would die of again.
        _database.cache_clear()
        raise
    finally:
        db.close()
        shutil.rmtree(work, ignore_errors=True)


@cache
def _database(process: int, threads: int, memory: int) -> duckdb.DuckDBPyConnection:
    """A process keeps one: to start it and end it takes 20 ms, as long as a small day. A forked one must have its own."""
    spill = Path(tempfile.gettempdir()) / f"tidemark-{uuid4().hex}"
    atexit.register(shutil.rmtree, spill, ignore_errors=True)
    return duckdb.connect(config={"threads": threads, "memory_limit": f"{memory}B", "temp_directory": str(spill)})
