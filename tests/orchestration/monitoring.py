"""What Dagster's daemon does every half minute for runs that go on."""

import logging

from dagster import DagsterInstance, DagsterRunStatus
from dagster._daemon.monitoring.run_monitoring import monitor_started_run


def look_after_runs(instance: DagsterInstance) -> None:
    """End each run whose process is gone as failed."""
    for record in instance.get_run_records():
        if record.dagster_run.status is DagsterRunStatus.STARTED:
            # The workspace, which is None here, is asked only where a run may be taken up again.
            monitor_started_run(instance, None, record, logging.getLogger())  # type: ignore[arg-type]
