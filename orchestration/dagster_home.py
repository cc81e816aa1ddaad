"""Dagster's own folder in a home: its settings file, written anew each time so that it always fits this version."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from orchestration.settings import Settings

if TYPE_CHECKING:
    from dagster import DagsterInstance

_DAGSTER_YAML = """\
# Written by tidemark; changes are overwritten.
telemetry:
  enabled: false
nux:
  enabled: false
event_log_storage:
  module: orchestration.event_log
  class: BatchedSqliteEventLogStorage
  config:
    base_dir: "{home}/history/runs"
# What a step prints is not kept in files: all it has to say is in the event log.
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
# Two runs at once; what they must not do at once they wait for (orchestration/warehouse/lock.py).
concurrency:
  runs:
    max_concurrent_runs: 2
# A run whose process died ends as failed, and frees what it held.
run_monitoring:
  enabled: true
  start_timeout_seconds: 300
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


def prepare(settings: Settings) -> Path:
    """Write `<home>/dagster/dagster.yaml` and return its folder, the DAGSTER_HOME of this home."""
    home = settings.paths.dagster
    home.mkdir(parents=True, exist_ok=True)
    part = home / f".dagster.yaml.{os.getpid()}"
    part.write_text(_DAGSTER_YAML.format(home=home), encoding="utf-8")
    os.replace(part, home / "dagster.yaml")
    return home


def instance(settings: Settings) -> "DagsterInstance":
    """Open this home's Dagster. Its tables are made here under a lock: two processes that make them at once both fail."""
    from dagster import DagsterInstance

    home = prepare(settings)
    with FileLock(home / ".opening"):
        return DagsterInstance.from_config(str(home))


def environment(settings: Settings) -> dict[str, str]:
    """The variables that make Dagster's processes use this home."""
    values = {
        "DAGSTER_HOME": str(prepare(settings)),
        "TIDEMARK_HOME": str(settings.home),
        # Archives and relays that answer slowly: a look of a schedule or sensor may take longer than a minute.
        "DAGSTER_SCHEDULE_GRPC_TIMEOUT_SECONDS": "300",
        "DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS": "300",
    }
    if settings.archive:
        values["TIDEMARK_ARCHIVE"] = settings.archive
    return {**os.environ, **values}
