"""What happens without a clock: dumps that come late, and runs that fail.

`late_dumps` runs a day again that was told without some of its dumps; it is off until someone turns it on, like the schedule.
The older a day is, the longer the pause before it is looked at again.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from dagster import (
    DagsterEvent,
    DefaultSensorStatus,
    RunFailureSensorContext,
    RunRequest,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    run_failure_sensor,
    sensor,
)
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from orchestration.resources import Work
from orchestration.settings import Settings, yesterday

LATE_DUMPS, RUN_FAILURES = "late_dumps", "run_failures"
_PAUSES_PER_AGE = 24
"""A day two days old is looked at every two hours, one two weeks old twice a day."""


def late_dumps(work: Work, job: UnresolvedAssetJobDefinition) -> SensorDefinition:
    """Runs days of the last `[nightly] late_days` anew whose missing dumps the archive has by now."""

    @sensor(
        name=LATE_DUMPS,
        job=job,
        minimum_interval_seconds=900,
        description="Runs a day again when dumps that it was told without have come; its mail is then marked as a correction.",
        default_status=DefaultSensorStatus.STOPPED,
    )
    def late_dumps(context: SensorEvaluationContext) -> SensorResult:
        now = datetime.now(UTC)
        looked = _read(context.cursor)
        days = [yesterday(now) - timedelta(days=n) for n in range(work.settings.nightly.late_days + 1)]
        due = [day for day in days if _is_told(work, day) and _is_due(day, looked.get(day), now)]
        requests = [request for day in due if (request := _request(work, day))]
        kept = {day: at for day, at in looked.items() if day in days} | dict.fromkeys(due, now)
        return SensorResult(run_requests=requests, cursor=_write(kept))

    return late_dumps


def run_failures(settings: Settings) -> SensorDefinition:
    """Alerts of each failed run; on by itself where `[alerts]` names anybody."""

    @run_failure_sensor(
        name=RUN_FAILURES,
        description="A failed run is told of by mail and webhook: which days and assets, why, and what to do next.",
        default_status=DefaultSensorStatus.RUNNING if settings.alerts.is_on else DefaultSensorStatus.STOPPED,
    )
    def run_failures(context: RunFailureSensorContext) -> SkipReason | None:
        if not settings.alerts.is_on:
            return SkipReason("[alerts] in tidemark.toml names nobody")
        from orchestration.alerts.failures import alert_failure

        reasons = [_reason(event) for event in context.get_step_failure_events()]
        alert_failure(
            settings, context.dagster_run, reasons or [context.failure_event.message or "no reason was recorded"]
        )
        return None

    return run_failures


def _reason(event: DagsterEvent) -> str:
    data = event.step_failure_data
    error = data.error.cause or data.error if data.error else None
    said = data.user_failure_data.description if data.user_failure_data else error.message if error else ""
    return f"{(event.step_key or '').replace('__', '/')}: {(said or '').strip()}"


def _request(work: Work, day: date) -> RunRequest | None:
    """A run for a day of whose missing dumps some have come; the same dumps ask for one run only."""
    come = [dump.address for dump in work.late_dumps(work.settings, day) if dump.state == "new"]
    if not come:
        return None
    digest = hashlib.sha256("\n".join(come).encode()).hexdigest()[:16]
    return RunRequest(run_key=f"{day}-{digest}", partition_key=str(day), tags={"tidemark/late_dumps": str(len(come))})


def _is_told(work: Work, day: date) -> bool:
    return (work.settings.paths.recaps / str(day) / "index.html").exists()


def _is_due(day: date, looked_at: datetime | None, now: datetime) -> bool:
    age = now - datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)
    return looked_at is None or now - looked_at >= age / _PAUSES_PER_AGE


def _read(cursor: str | None) -> dict[date, datetime]:
    return {date.fromisoformat(day): datetime.fromisoformat(at) for day, at in json.loads(cursor or "{}").items()}


def _write(looked: Mapping[date, datetime]) -> str:
    return json.dumps({str(day): at.isoformat() for day, at in sorted(looked.items())})
