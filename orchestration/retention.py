"""What old days may lose: dumps whose rows are in the lake, logs of runs, who was sent what. Nothing goes unless `[retention]` says so.

Rows, receipts, recaps, which days are materialised, and that something was sent stay. Killed anywhere, the next pass does the rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
from dagster import (
    DagsterInstance,
    DagsterRunStatus,
    DefaultScheduleStatus,
    OpExecutionContext,
    ResourceParam,
    RunsFilter,
    ScheduleDefinition,
    in_process_executor,
    job,
    op,
)

from orchestration.landing.dumps import mark_pruned, read_receipt
from orchestration.resources import Work
from orchestration.settings import Settings, yesterday

_ENDED = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED]
_LANDED = """
    select dump_path, any_value(sha256) from read_parquet(?) group by dump_path
    having max(day) < ? and count(distinct sha256) = 1 order by dump_path
"""


@dataclass(frozen=True)
class Pruned:
    """How many files went, and their bytes."""

    files: int = 0
    bytes: int = 0


def prune_dumps(settings: Settings, before: date) -> Pruned:
    """Remove the dumps that speak only of days before `before`, if the lake has what they say and its receipt agrees."""
    sizes = []
    for dump_path, sha256 in _landed(settings.paths.lake, before):
        receipt = read_receipt(settings.paths.dumps, dump_path)
        if receipt and receipt.sha256 == sha256:
            mark_pruned(settings.paths.dumps, dump_path)
            (settings.paths.dumps / dump_path).unlink()
            sizes.append(receipt.bytes)
    return Pruned(len(sizes), sum(sizes))


def prune_event_logs(instance: DagsterInstance, before: datetime) -> Pruned:
    """Remove the logs of runs that ended before; the runs stay listed, and the days that they made stay materialised."""
    from orchestration.event_log import forget

    ended = instance.get_run_records(RunsFilter(statuses=_ENDED, updated_before=before))
    sizes = [size for record in ended if (size := forget(instance.event_log_storage, record.dagster_run.run_id))]
    return Pruned(len(sizes), sum(sizes))


def prune_sent(settings: Settings, before: datetime) -> Pruned:
    """Let go of who was sent which mails and alerts of days before, and of what they said; nobody is sent them again."""
    from reports.revisions import forget

    sizes = [*forget(settings.paths.mail, before), *forget(settings.paths.alerts, before)]
    return Pruned(len(sizes), sum(sizes))


def _landed(lake: Path, before: date) -> Iterator[tuple[str, str]]:
    files = sorted(map(str, (lake / "dump_files").glob("venue=*/day=*/*.parquet")))
    if files:
        with duckdb.connect() as db:
            yield from db.execute(_LANDED, [files, before]).fetchall()


@op
def prune(context: OpExecutionContext, work: ResourceParam[Work]) -> None:
    """Remove what is older than `[retention]` keeps."""
    kept = work.settings.retention
    if kept.dumps_days is not None:
        dumps = prune_dumps(work.settings, yesterday() - timedelta(days=kept.dumps_days))
        context.log.info(f"dumps: {dumps.files} files, {dumps.bytes:,} bytes removed")
    if kept.event_log_days is not None:
        logs = prune_event_logs(context.instance, datetime.now(UTC) - timedelta(days=kept.event_log_days))
        context.log.info(f"event logs: {logs.files} runs, {logs.bytes:,} bytes removed")
    if kept.sent_days is not None:
        sent = prune_sent(work.settings, datetime.now(UTC) - timedelta(days=kept.sent_days))
        context.log.info(f"mails and alerts: records of {sent.files} days and lists, {sent.bytes:,} bytes removed")


@job(
    name="retention",
    executor_def=in_process_executor,
    description="Removes dumps, event logs and records of what was sent that `[retention]` no longer keeps.",
)
def retention_job() -> None:
    """One step."""
    prune()


def retention(settings: Settings) -> ScheduleDefinition:
    """Every night before the dumps come; off until someone turns it on, and without effect until `[retention]` names days."""
    return ScheduleDefinition(
        name="retention",
        job=retention_job,
        cron_schedule="15 3 * * *",
        execution_timezone="UTC",
        default_status=DefaultScheduleStatus.RUNNING if settings.nightly.on else DefaultScheduleStatus.STOPPED,
    )
