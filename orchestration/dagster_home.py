"""Dagster's own folder in a home: its settings file, written anew each time so that it always fits this version."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from orchestration.environment import known
from orchestration.settings import Settings

if TYPE_CHECKING:
    from dagster import DagsterInstance

_DAGSTER_YAML = """\
# Written by tidemark; changes are overwritten.
telemetry:
  enabled: false
nux:
  enabled: false
{storage}
# What a step prints is not kept in files: all it has to say is in the event log.
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
# What runs must not do at once they wait for (orchestration/warehouse/lock.py).
concurrency:
  runs:
    max_concurrent_runs: {n_runs}
run_launcher:
{launcher}
# A run whose process died ends as failed, and frees what it held. One over ten years is planned for minutes before it starts.
run_monitoring:
  enabled: true
  start_timeout_seconds: 1800
  poll_interval_seconds: 30
  free_slots_after_run_end_seconds: 60
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days:
      skipped: 7
      failure: 30
      success: 30
"""

_HERE = """\
  module: orchestration.run_launcher
  class: WatchedRunLauncher"""
_ON_WORKERS = """\
  module: orchestration.workers
  class: LandingOnWorkers
  config:
    workers: {workers}"""
_SQLITE = """\
event_log_storage:
  module: orchestration.event_log
  class: BatchedSqliteEventLogStorage
  config:
    base_dir: "{home}/history/runs\""""
_POSTGRES = """\
run_storage:
  module: dagster_postgres.run_storage
  class: PostgresRunStorage
  config: &database
    postgres_url:
      env: TIDEMARK_POSTGRES_URL
schedule_storage:
  module: dagster_postgres.schedule_storage
  class: PostgresScheduleStorage
  config: *database
event_log_storage:
  module: orchestration.postgres_event_log
  class: PooledPostgresEventLogStorage
  config: *database"""
_WORKSPACE = """\
# Written by tidemark; changes are overwritten.
load_from:
  - grpc_server:
      host: {host}
      port: {port}
      location_name: orchestration.definitions
"""


def prepare(settings: Settings) -> Path:
    """Write `<home>/dagster/dagster.yaml` and return its folder, the DAGSTER_HOME of this home."""
    home = settings.paths.dagster
    storage = _POSTGRES if settings.postgres.host else _SQLITE.format(home=home)
    text = _DAGSTER_YAML.format(
        storage=storage, n_runs=settings.dagster.max_concurrent_runs, launcher=_launcher(settings)
    )
    _write(home / "dagster.yaml", text)
    return home


def _launcher(settings: Settings) -> str:
    launcher = settings.dagster.run_launcher
    if not launcher:
        return _HERE
    from orchestration.plugins import checked

    checked("dagster.run_launcher", launcher)
    return _ON_WORKERS.format(workers=launcher.model_dump_json(by_alias=True))


def workspace(settings: Settings, host: str, port: int) -> Path:
    """Write `<home>/dagster/workspace.yaml`, which makes webserver and daemon use the code server at an address."""
    path = settings.paths.dagster / "workspace.yaml"
    _write(path, _WORKSPACE.format(host=host, port=port))
    return path


def instance(settings: Settings) -> "DagsterInstance":
    """Open this home's Dagster. Its tables are made here under a lock: two processes that make them at once both fail."""
    from dagster import DagsterInstance

    home, database = prepare(settings), _database(settings)
    with _alone(home, database), known(database):
        return DagsterInstance.from_config(str(home))


@contextmanager
def _alone(home: Path, database: Mapping[str, str]) -> Iterator[None]:
    """Nobody else with this history is in the block; hosts that share a database have no file in common."""
    if not database:
        with FileLock(home / ".opening"):
            yield
        return
    from dagster_postgres.utils import create_pg_connection
    from sqlalchemy import NullPool, create_engine, text

    (address,) = database.values()
    with create_pg_connection(create_engine(address, poolclass=NullPool)) as connection:
        connection.execute(text("select pg_advisory_lock(hashtextextended('tidemark tables', 0))"))
        yield


def environment(settings: Settings) -> dict[str, str]:
    """The variables that make Dagster's processes use this home."""
    values = {
        "DAGSTER_HOME": str(prepare(settings)),
        "TIDEMARK_HOME": str(settings.home),
        # Archives and relays that answer slowly: a look of a schedule or sensor may take longer than a minute.
        "DAGSTER_SCHEDULE_GRPC_TIMEOUT_SECONDS": "300",
        "DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS": "300",
        # A code server that is told to stop would give such a look as much time; service managers have less patience.
        "DAGSTER_GRPC_SHUTDOWN_GRACE_PERIOD": "10",
    }
    if settings.archive:
        values["TIDEMARK_ARCHIVE"] = settings.archive
    return {**os.environ, **values, **_database(settings)}


def _database(settings: Settings) -> dict[str, str]:
    """The address of PostgreSQL, in the environment because it has the password in it; `dagster.yaml` names the variable."""
    at = settings.postgres
    if not at.host:
        return {}
    from sqlalchemy import URL

    is_folder = at.host.startswith("/")
    url = URL.create(
        "postgresql+psycopg2",
        username=at.user,
        password=at.password.get_secret_value() if at.password else None,
        host=None if is_folder else at.host,
        port=None if is_folder else at.port,
        database=at.database,
        query={
            "connect_timeout": str(at.connect_timeout_s),
            **({"host": at.host, "port": str(at.port)} if is_folder else {}),
        },
    )
    return {"TIDEMARK_POSTGRES_URL": url.render_as_string(hide_password=False)}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
