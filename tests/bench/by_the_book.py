"""The same assets as Dagster's and dagster-dbt's guides write them, one partition a day: what `tests.bench.year` is compared with.

A backfill of them is a run per day, each in a cold process, each of its steps in one more, and dbt started by its command. What
the steps do is tidemark's own work, so that only the way they are run differs.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from dagster import AssetExecutionContext, AssetKey, DailyPartitionsDefinition, Definitions, asset
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, dbt_assets

from orchestration.feeds.catalog import SOURCES
from orchestration.feeds.datasets import DATASETS
from orchestration.landing.fetch import fetch_day
from orchestration.landing.lake import land_day
from orchestration.settings import load
from orchestration.warehouse import window
from orchestration.warehouse.build import PROJECT, manifest_path
from orchestration.warehouse.publish import publish
from reports.recap import write_recap

DAYS = DailyPartitionsDefinition(start_date=os.environ.get("TIDEMARK_FIRST_DAY", "2026-01-01"))
SETTINGS = load(Path(os.environ["TIDEMARK_HOME"]), os.environ.get("TIDEMARK_ARCHIVE"))


@asset(partitions_def=DAYS)
def dumps(context: AssetExecutionContext) -> None:
    for source in SOURCES:
        fetch_day(SETTINGS, source, _day(context))


@asset(partitions_def=DAYS, deps=[dumps])
def lake(context: AssetExecutionContext) -> None:
    for dataset in DATASETS:
        land_day(SETTINGS, dataset, _day(context))


class FromLake(DagsterDbtTranslator):
    """dbt's sources are one asset."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> AssetKey:
        """`lake`, or what dagster-dbt calls a model."""
        return (
            lake.key if dbt_resource_props["resource_type"] == "source" else super().get_asset_key(dbt_resource_props)
        )


@dbt_assets(
    manifest=manifest_path(),
    partitions_def=DAYS,
    dagster_dbt_translator=FromLake(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True)),
)
def models(context: AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
    window.renew(SETTINGS, "by the book")
    window.prepare(SETTINGS, [_day(context)])
    building = dbt.cli(
        ["build", "--exclude-resource-type", "unit_test"], context=context, target_path=SETTINGS.paths.build / "dbt"
    )
    yield from building.stream()


@asset(partitions_def=DAYS, deps=list(models.keys))
def published(context: AssetExecutionContext) -> None:
    publish(SETTINGS)


@asset(partitions_def=DAYS, deps=[published])
def recap(context: AssetExecutionContext) -> None:
    write_recap(SETTINGS.paths.published_db, SETTINGS.paths.recaps, _day(context))


def _day(context: AssetExecutionContext) -> date:
    return date.fromisoformat(context.partition_key)


DBT = DbtCliResource(
    project_dir=str(PROJECT), profiles_dir=str(PROJECT), dbt_executable=str(Path(sys.executable).with_name("dbt"))
)
defs = Definitions(assets=[dumps, lake, models, published, recap], resources={"dbt": DBT})
