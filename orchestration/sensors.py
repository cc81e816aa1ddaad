"""`late_dumps`: a day is run again when dumps have come that it was told without, or were replaced, and a correction goes out.
`failed_runs`: whoever `[notify]` names hears of each run that failed.

Off until someone turns them on, like the schedule. The older a day is, the longer the pause before it is looked at again.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from dagster import (
    DagsterInstance,
    DagsterRun,
    DagsterRunStatus,
    DefaultSensorStatus,
    RunFailureSensorContext,
    RunRequest,
    RunsFilter,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    run_failure_sensor,
    sensor,
)
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
    SENSOR_NAME_TAG,
)

from orchestration.assets.window import Ledger, step_errors
from orchestration.resources import Work
from orchestration.settings import Settings, yesterday

if TYPE_CHECKING:
    from orchestration.alerts.failures import FailedRun

LATE_DUMPS, FAILED_RUNS = "late_dumps", "failed_runs"
_PAUSES_PER_AGE = 24
"""A day two days old is looked at every two hours, one two weeks old twice a day."""


def late_dumps(work: Work, job: UnresolvedAssetJobDefinition) -> SensorDefinition:
    """Runs days of the last `[nightly] late_days` anew whose missing dumps the archive has by now."""

    @sensor(
        name=LATE_DUMPS,
        job=job,
        minimum_interval_seconds=900,
        description="Runs a day again when dumps have come that it lacked, or were replaced; its mail is marked as a correction.",
        default_status=_default(work.settings),
    )
    def late_dumps(context: SensorEvaluationContext) -> SensorResult:
        now = datetime.now(UTC)
        looked = _read(context.cursor)
        days = [yesterday(now) - timedelta(days=n) for n in range(work.settings.nightly.late_days + 1)]
        due = [day for day in days if _is_told(work, day) and _is_due(day, looked.get(day), now)]
        requests = [request for day in due if (request := _request(work, context.instance, day))]
        kept = {day: at for day, at in looked.items() if day in days} | dict.fromkeys(due, now)
        return SensorResult(run_requests=requests, cursor=_write(kept))

    return late_dumps


def failed_runs(work: Work) -> SensorDefinition:
    """Tells of each failed run, whoever started it, by the ways of `[notify]`."""

    @run_failure_sensor(
        name=FAILED_RUNS,
        minimum_interval_seconds=60,
        description="Mail and webhook of `[notify]` for each run that failed: run, asset, reason, next step.",
        default_status=_default(work.settings),
    )
    def failed_runs(context: RunFailureSensorContext) -> None:
        context.log.info(work.tell_failure(work.settings, _failure(work.settings, context)))

    return failed_runs


def _failure(settings: Settings, context: RunFailureSensorContext) -> "FailedRun":
    from orchestration.alerts.failures import FailedRun

    run = context.dagster_run
    failed = Ledger(settings.paths.dagster, run.run_id).read()
    reasons: dict[str, str] = {}
    for day, steps in sorted(failed.items()):
        for step, reason in steps.items():
            reasons[step] = "\n".join(filter(None, [reasons.get(step), f"{day}: {reason}"]))
    errors = step_errors(context.get_step_failure_events())
    return FailedRun(
        run.run_id, run.job_name, _days_of(run), {**reasons, **errors}, context.failure_event.message or ""
    )


def _days_of(run: DagsterRun) -> list[str]:
    names = (PARTITION_NAME_TAG, ASSET_PARTITION_RANGE_START_TAG, ASSET_PARTITION_RANGE_END_TAG)
    return list(dict.fromkeys(run.tags[name] for name in names if name in run.tags))


def _default(settings: Settings) -> DefaultSensorStatus:
    return DefaultSensorStatus.RUNNING if settings.nightly.on else DefaultSensorStatus.STOPPED


def _request(work: Work, instance: DagsterInstance, day: date) -> RunRequest | None:
    """A run for a day some of whose dumps have come or changed; the same ones ask for one run, and for another if it failed."""
    come = [str(dump) for dump in work.late_dumps(work.settings, day) if dump.state == "new"]
    if not come:
        return None
    tags = {SENSOR_NAME_TAG: LATE_DUMPS, PARTITION_NAME_TAG: str(day)}
    failed = instance.get_runs_count(RunsFilter(tags=tags, statuses=[DagsterRunStatus.FAILURE]))
    digest = hashlib.sha256("\n".join([*come, str(failed)]).encode()).hexdigest()[:16]
    return RunRequest(run_key=f"{day}-{digest}", partition_key=str(day), tags={"tidemark/late_dumps": str(len(come))})


def _is_told(work: Work, day: date) -> bool:
    return work.settings.paths.recap_page(day).exists()


def _is_due(day: date, looked_at: datetime | None, now: datetime) -> bool:
    age = now - datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)
    return looked_at is None or now - looked_at >= age / _PAUSES_PER_AGE


def _read(cursor: str | None) -> dict[date, datetime]:
    return {date.fromisoformat(day): datetime.fromisoformat(at) for day, at in json.loads(cursor or "{}").items()}


def _write(looked: Mapping[date, datetime]) -> str:
    return json.dumps({str(day): at.isoformat() for day, at in sorted(looked.items())})
