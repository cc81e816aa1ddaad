"""Workspaces of one process share a database and nothing in it."""

from pathlib import Path

import duckdb
import pytest

from orchestration.landing.workspace import workspace
from orchestration.settings import Settings


def test_a_workspace_leaves_nothing_behind(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, threads=1)
    with workspace(settings) as (db, work):
        db.execute("create temp table rows as select 1 as n")
        (work / "file").touch()
    assert not work.exists()
    with workspace(settings) as (db, _), pytest.raises(duckdb.CatalogException, match="rows"):
        db.execute("from rows")


def test_two_at_once_do_not_see_each_other(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, threads=1)
    with workspace(settings) as (one, place), workspace(settings) as (other, elsewhere):
        one.execute("create temp table rows as select 1 as n")
        other.execute("create temp table rows as select 2 as n")
        assert (one.execute("from rows").fetchall(), other.execute("from rows").fetchall()) == ([(1,)], [(2,)])
        assert place != elsewhere


def test_a_database_that_failed_is_not_used_again(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, threads=1, memory_limit=64_000_000)
    with workspace(settings) as (db, _):
        db.execute("create schema seen_before")
    with pytest.raises(duckdb.OutOfMemoryException), workspace(settings):
        raise duckdb.OutOfMemoryException
    with workspace(settings) as (db, _):
        assert db.execute("select 1 from duckdb_schemas() where schema_name = 'seen_before'").fetchall() == []
