"""A run over three days that breaks after its first asset, and all that Dagster's tables then say of assets."""

from typing import Any

from dagster import (
    AssetCheckResult,
    AssetKey,
    BackfillPolicy,
    DagsterInstance,
    DailyPartitionsDefinition,
    Definitions,
    asset,
    asset_check,
)
from dagster._core.storage.event_log import SqlEventLogStorageTable
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable, AssetKeyTable
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG
from sqlalchemy import select

DAYS = DailyPartitionsDefinition("2026-01-01", end_date="2026-02-01")


@asset(partitions_def=DAYS, backfill_policy=BackfillPolicy.single_run())
def first() -> None:
    pass


@asset(partitions_def=DAYS, backfill_policy=BackfillPolicy.single_run(), deps=[first])
def second() -> None:
    raise RuntimeError("broken")


@asset
def without_days() -> None:
    pass


@asset_check(asset=second, partitions_def=DAYS)
def is_sound() -> AssetCheckResult:
    return AssetCheckResult(passed=True)


@asset_check(asset=without_days)
def is_whole() -> AssetCheckResult:
    return AssetCheckResult(passed=True)


def known_after_a_broken_run(instance: DagsterInstance) -> dict[str, list[Any]]:
    """Rows that tell of assets and checks, and the days that the UI shows as failed."""
    defs = Definitions([first, second, without_days], asset_checks=[is_sound, is_whole])
    job = defs.resolve_implicit_global_asset_job_def()
    tags = {ASSET_PARTITION_RANGE_START_TAG: "2026-01-03", ASSET_PARTITION_RANGE_END_TAG: "2026-01-05"}
    job.execute_in_process(instance=instance, tags=tags, raise_on_error=False)
    log, checks, keys = instance.event_log_storage, AssetCheckExecutionsTable, AssetKeyTable
    events = SqlEventLogStorageTable
    told = {
        "events": select(events.c.asset_key, events.c.dagster_event_type, events.c.partition).where(
            events.c.asset_key.is_not(None)
        ),
        "checks": select(checks.c.asset_key, checks.c.check_name, checks.c.partition, checks.c.execution_status).where(
            checks.c.evaluation_event_storage_id.in_(select(events.c.id))
        ),
        "assets": select(keys.c.asset_key, keys.c.last_materialization.is_(None)).where(
            keys.c.last_run_id.is_not(None)
        ),
    }
    with log.index_connection() as connection:
        rows = {name: sorted(map(str, connection.execute(query))) for name, query in told.items()}
    attempts = log.get_latest_asset_partition_materialization_attempts_without_materializations
    return {**rows, "failed": sorted(attempts(AssetKey("second"))), "done": sorted(attempts(AssetKey("first")))}
