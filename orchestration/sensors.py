"""`late_dumps`: a day that was told without some of its dumps is run again when they have come, and a correction goes out.

Off until someone turns it on, like the schedule. The older a day is, the longer the pause before it is looked at again.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from dagster import DefaultSensorStatus, RunRequest, SensorDefinition, SensorEvaluationContext, SensorResult, sensor
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from orchestration.resources import Work
from orchestration.settings import yesterday

LATE_DUMPS = "late_dumps"
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
