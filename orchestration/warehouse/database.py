"""How the pipeline opens DuckDB for the warehouse and what is made of it."""

from pathlib import Path

import duckdb

from orchestration.settings import Settings, engine


def connect(settings: Settings, at: Path | str = ":memory:", **config: str) -> duckdb.DuckDBPyConnection:
    """Open a database with the threads and memory of the settings, and no bar of progress in the log."""
    db = duckdb.connect(str(at), config={**engine(settings), **config})
    db.execute("set enable_progress_bar = false")
    return db
