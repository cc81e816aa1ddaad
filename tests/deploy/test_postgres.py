"""Dagster's history in a real PostgreSQL: a day runs through it, and comes back from a dump."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from dagster import AssetKey, DagsterInstance

from orchestration import dagster_home
from orchestration.retention import prune_event_logs
from orchestration.settings import Settings, load
from tests.conftest import Run, SmallHome
from tests.deploy.server import Server
from tests.orchestration.planning import known_after_a_broken_run

DAY = date(2026, 1, 31)


@pytest.fixture(scope="module")
def told(postgres: Server, small_home: SmallHome, run: Run, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home whose Dagster is in PostgreSQL and that told a day."""
    home = tmp_path_factory.mktemp("told")
    (home / "tidemark.toml").write_text(postgres.toml, encoding="utf-8")
    (home / "dumps").symlink_to(small_home.home / "dumps")
    done = run(
        *("run", "--day", DAY, "--home", home, "--archive", small_home.archive, "--offline"), **postgres.environment
    )
    assert done.returncode == 0, done.stderr
    return load(home, postgres={"host": "127.0.0.1", "port": postgres.port, "password": postgres.password})


@pytest.fixture
def instance(told: Settings) -> Iterator[DagsterInstance]:
    with dagster_home.instance(told) as opened:
        yield opened


def test_runs_and_events_are_in_the_database_and_not_in_files(told: Settings, postgres: Server) -> None:
    assert postgres.ask("select status from runs") == ["SUCCESS"]
    (n_told,) = postgres.ask(f"select count(*) from event_logs where asset_key = '[\"recap\"]' and partition = '{DAY}'")
    assert int(n_told) >= 1
    assert not list(told.paths.dagster.rglob("*.db"))


def test_the_password_is_in_no_file_of_the_home(told: Settings, postgres: Server) -> None:
    files = [path for path in told.home.rglob("*") if path.is_file() and path.suffix != ".parquet"]
    assert (told.paths.dagster / "dagster.yaml") in files
    assert not [path for path in files if postgres.password.encode() in path.read_bytes()]


def test_a_dumped_and_restored_database_has_the_same_history(told: Settings, postgres: Server, tmp_path: Path) -> None:
    tables = ["runs", "event_logs", "asset_keys", "asset_check_executions", "run_tags"]
    before = {table: sorted(postgres.ask(f"select t::text from {table} as t")) for table in tables}
    dump = tmp_path / "history.dump"
    postgres.run("pg_dump", "-Fc", "-f", str(dump), postgres.database)
    postgres.run("dropdb", postgres.database)
    postgres.run("createdb", postgres.database)
    postgres.run("pg_restore", "-d", postgres.database, str(dump))
    assert {table: sorted(postgres.ask(f"select t::text from {table} as t")) for table in tables} == before
    assert before["event_logs"]


def test_retention_takes_the_log_and_leaves_what_was_materialised(told: Settings, instance: DagsterInstance) -> None:
    before = instance.get_materialized_partitions(AssetKey("recap"))
    (run,) = instance.get_runs()
    pruned = prune_event_logs(instance, datetime.now(UTC) + timedelta(hours=1))
    assert pruned.files == 1
    assert pruned.bytes > 10_000
    assert prune_event_logs(instance, datetime.now(UTC) + timedelta(hours=1)).files == 0
    assert before == {str(DAY)} == instance.get_materialized_partitions(AssetKey("recap"))
    assert instance.get_run_by_id(run.run_id)


def test_what_a_run_plans_is_known_as_with_files(postgres: Server, tmp_path: Path) -> None:
    postgres.run("createdb", "planned")
    at = {"host": "127.0.0.1", "port": postgres.port, "password": postgres.password, "database": "planned"}
    files, database = load(tmp_path / "files"), load(tmp_path / "database", postgres=at)
    with dagster_home.instance(files) as of_files, dagster_home.instance(database) as of_database:
        assert known_after_a_broken_run(of_database) == known_after_a_broken_run(of_files)
