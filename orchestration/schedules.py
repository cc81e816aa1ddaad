"""The daily job, and when it runs: nightly for yesterday, once what is late has come or was waited for long enough, and
monthly for the month before, whose files of a whole month are out by then.

The schedules are off until someone turns them on, in the UI, where the choice is kept, or with `[nightly] on`: a home set up
to look at old days must not begin to fetch by itself.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dagster import (
    AssetSelection,
    DagsterInstance,
    DagsterRunStatus,
    DefaultScheduleStatus,
    RunRequest,
    RunsFilter,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    SkipReason,
    define_asset_job,
    schedule,
)
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
    SCHEDULE_NAME_TAG,
)

from orchestration.assets.window import NIGHTLY
from orchestration.jobs import DAILY_JOB, LAND_JOB, LANDED
from orchestration.resources import Work
from orchestration.settings import Nightly, Settings

if TYPE_CHECKING:
    from orchestration.landing.plan import Planned

MONTHLY = "monthly"
_MONTH_IS_OUT = 8
"""Day of the month on which the archives' files of the month before are there: they come in its first week."""


def daily_job() -> UnresolvedAssetJobDefinition:
    """Everything, for one day or a range."""
    return define_asset_job(
        DAILY_JOB, selection=AssetSelection.all(), description="Fetch, lake, warehouse, publish, recap."
    )


def land_job() -> UnresolvedAssetJobDefinition:
    """What ends with the lake: any host may do it that shares the lake."""
    return define_asset_job(
        LAND_JOB,
        selection=AssetSelection.groups(*LANDED),
        description="Fetch and lake; where the lake is shared, another host builds.",
    )


def nightly(work: Work, job: UnresolvedAssetJobDefinition) -> ScheduleDefinition:
    """For the day that ended last: at `[nightly] at`, or as soon after as nothing is late any more, at the latest when waiting ends."""
    at = work.settings.nightly

    @schedule(
        name=NIGHTLY,
        job=job,
        cron_schedule=_crons(at),
        execution_timezone=at.timezone,
        description="Yesterday's recap, and its mail if `[mail] host` is set. Looks again with growing pauses while dumps are late.",
        default_status=DefaultScheduleStatus.RUNNING if at.on else DefaultScheduleStatus.STOPPED,
    )
    def nightly(context: ScheduleEvaluationContext) -> RunRequest | SkipReason:
        first, wait = _night_of(context.scheduled_execution_time, at)
        day = first.astimezone(UTC).date() - timedelta(days=1)
        if _is_under_way(context.instance, day):
            return SkipReason(f"{day} was run")
        # What is there by now is fetched by the run.
        late = [dump for dump in work.late_dumps(work.settings, day) if dump.state != "new"]
        if late and wait < at.waits[-1]:
            until = f"{first + at.waits[-1]:%H:%M} {at.timezone}"
            return SkipReason(f"{day}: {told(late)}; waiting until {until} at the latest")
        return RunRequest(run_key=str(day), partition_key=str(day))

    return nightly


def monthly(settings: Settings, job: UnresolvedAssetJobDefinition) -> ScheduleDefinition:
    """Once the files of a whole month are out: its told days in one run, in which those files replace what stood in for them."""
    at = settings.nightly

    @schedule(
        name=MONTHLY,
        job=job,
        cron_schedule=f"{at.at.minute} {at.at.hour} {_MONTH_IS_OUT} * *",
        execution_timezone=at.timezone,
        description="Last month's days again, with the files that come by the month. Mails nothing.",
        default_status=DefaultScheduleStatus.RUNNING if at.on else DefaultScheduleStatus.STOPPED,
    )
    def monthly(context: ScheduleEvaluationContext) -> RunRequest | SkipReason:
        end = context.scheduled_execution_time.date().replace(day=1) - timedelta(days=1)
        days = [end - timedelta(days=n) for n in range(end.day)]
        told_days = [day for day in days if settings.paths.recap_page(day).exists()]
        if not told_days:
            return SkipReason(f"no day of {end:%Y-%m} was told")
        first, last = str(min(told_days)), str(max(told_days))
        tags = {ASSET_PARTITION_RANGE_START_TAG: first, ASSET_PARTITION_RANGE_END_TAG: last}
        return RunRequest(run_key=f"{end:%Y-%m}", tags=tags)

    return monthly


def told(late: Sequence["Planned"]) -> str:
    """So many dumps are late, the first three by name."""
    names = [dump.address.rpartition("/")[2] for dump in late]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{len(names)} dump{'s are' if len(names) > 1 else ' is'} late: {', '.join(names[:3])}{more}"


def _crons(at: Nightly) -> list[str]:
    clock = datetime.combine(date(2000, 1, 1), at.at)
    return list(dict.fromkeys(f"{when.minute} {when.hour} * * *" for when in (clock + wait for wait in at.waits)))


def _night_of(tick: datetime, at: Nightly) -> tuple[datetime, timedelta]:
    """The first look of the night that a tick belongs to, and how long after it the tick is."""
    local = tick.astimezone(ZoneInfo(at.timezone))
    wait = (local.replace(tzinfo=None) - datetime.combine(local.date(), at.at)) % timedelta(days=1)
    return local - wait, wait


def _is_under_way(instance: DagsterInstance, day: date) -> bool:
    """Whether the day has a run of this schedule that is going on or went well."""
    tags = {SCHEDULE_NAME_TAG: NIGHTLY, PARTITION_NAME_TAG: str(day)}
    runs = instance.get_runs(RunsFilter(tags=tags))
    return any(run.status not in (DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED) for run in runs)
