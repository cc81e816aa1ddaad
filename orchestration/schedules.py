"""The daily job, and the nightly schedule that runs it for yesterday.

The schedule is off until someone turns it on in the UI, where the choice is kept: a home set up to look at old days
must not begin to fetch by itself.
"""

from datetime import UTC, timedelta

from dagster import (
    AssetSelection,
    DefaultScheduleStatus,
    RunRequest,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    define_asset_job,
    in_process_executor,
    schedule,
)
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from orchestration.settings import Settings

DAILY_JOB = "daily"


def daily_job() -> UnresolvedAssetJobDefinition:
    """Everything, for one day or a range; in one process, as each further process costs about 5 s."""
    return define_asset_job(
        DAILY_JOB,
        selection=AssetSelection.all(),
        description="Fetch, lake, warehouse, publish, recap.",
        executor_def=in_process_executor,
    )


def nightly(settings: Settings, job: UnresolvedAssetJobDefinition) -> ScheduleDefinition:
    """At `nightly_at` UTC, for the day that ended last."""

    @schedule(
        job=job,
        cron_schedule=f"{settings.nightly_at.minute} {settings.nightly_at.hour} * * *",
        execution_timezone="UTC",
        description="Yesterday's recap, and its mail if `[mail] host` is set.",
        default_status=DefaultScheduleStatus.STOPPED,
    )
    def nightly(context: ScheduleEvaluationContext) -> RunRequest:
        today = context.scheduled_execution_time.astimezone(UTC).date()
        yesterday = str(today - timedelta(days=1))
        return RunRequest(run_key=yesterday, partition_key=yesterday)

    return nightly
