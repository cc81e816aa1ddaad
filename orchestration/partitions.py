"""The days: one partition per UTC day from `first_day` to yesterday, the same for every asset.

One backfill policy for all: with mixed policies Dagster falls back to the smallest chunk, and a year becomes 365 runs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dagster import (
    AssetsDefinition,
    AssetSpec,
    BackfillPolicy,
    DailyPartitionsDefinition,
    PartitionsDefinition,
    multi_asset,
)

from orchestration.settings import Settings


@dataclass(frozen=True)
class Days:
    """All of them, and how a backfill shares them out among runs."""

    partitions: PartitionsDefinition[str]
    policy: BackfillPolicy


def days_of(settings: Settings) -> Days:
    """The days of a home."""
    per_run = settings.dagster.days_per_run
    policy = BackfillPolicy.multi_run(per_run) if per_run else BackfillPolicy.single_run()
    return Days(daily_partitions(settings), policy)


def daily_partitions(settings: Settings) -> DailyPartitionsDefinition:
    """Half-open UTC days; a day is there once it is over, so the newest is yesterday."""
    return DailyPartitionsDefinition(start_date=settings.first_day.isoformat(), timezone="UTC", end_offset=0)


def over_days(days: Days, name: str, specs: Sequence[AssetSpec]) -> Callable[[Callable[..., Any]], AssetsDefinition]:
    """What every asset here is: done for any range of days in one go, its result on disk and not in Dagster."""
    return multi_asset(name=name, specs=specs, partitions_def=days.partitions, backfill_policy=days.policy)
