"""`lake/<dataset>`: the dumps' rows in one shape per dataset, and `lake/{coverage,dump_files,quarantine}` beside them."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, AssetSpec, ResourceParam

from orchestration.assets.dumps import dumps_key, fetch
from orchestration.assets.window import Metadata, Window
from orchestration.feeds.catalog import feeds_of
from orchestration.feeds.datasets import DATASETS, PROVENANCE
from orchestration.parallel import share_of
from orchestration.partitions import Days, over_days
from orchestration.resources import Work
from orchestration.warehouse.relations import count_provenance

if TYPE_CHECKING:
    from orchestration.landing.lake import LandReport

_PROVENANCE_MEANS = {
    "coverage": "Which hours each venue's files cover: complete, partial or missing.",
    "dump_files": "Every dump file that was read, with its SHA-256 and what became of its rows.",
    "quarantine": "Rows that were not kept, each with the reason.",
}


def lake_assets(days: Days) -> list[AssetsDefinition]:
    """One asset per dataset, and the three that say where rows came from and what is missing."""
    return [*(_landed(dataset, days) for dataset in DATASETS), _provenance(days)]


def lake_key(dataset: str) -> AssetKey:
    """Where a dataset stands in the graph."""
    return AssetKey(["lake", dataset])


def _landed(dataset: str, days: Days) -> AssetsDefinition:
    sources = sorted({feed.source for feed in feeds_of(dataset)})
    spec = AssetSpec(
        lake_key(dataset),
        description=f"{dataset.replace('_', ' ').capitalize()} of all venues, one Parquet file per venue and day.",
        deps=[dumps_key(source) for source in sources],
        group_name="lake",
        kinds={"parquet"},
    )

    @over_days(days, f"lake__{dataset}", [spec])
    def landed(context: AssetExecutionContext, work: ResourceParam[Work]) -> Iterator[Any]:
        window = Window(context, work)
        if context.run.is_resume_retry and work.settings.is_lake_shared:
            # What the run before has fetched may be on the disk of another host.
            for source in sources:
                fetch(window, work, source)
        settings = share_of(work.settings, len(window.left))
        window.each(partial(work.land_day, settings, dataset), _metadata, work.settings.threads)
        yield from window.record(spec.key)
        window.close()

    return landed


def _metadata(_: date, report: "LandReport") -> Metadata:
    return {
        "dagster/partition_row_count": report.rows_kept,
        "rows_in": report.rows_in,
        "rows_quarantined": report.rows_quarantined,
        "bytes": report.bytes,
        "venues": list(report.venues),
        "hours_complete": dict(report.coverage),
    }


def _provenance(days: Days) -> AssetsDefinition:
    datasets = [lake_key(dataset) for dataset in DATASETS]
    specs = [
        AssetSpec(
            lake_key(name), deps=datasets, description=_PROVENANCE_MEANS[name], group_name="lake", kinds={"parquet"}
        )
        for name in PROVENANCE
    ]

    @over_days(days, "provenance", specs)
    def provenance(context: AssetExecutionContext, work: ResourceParam[Work]) -> Iterator[Any]:
        window = Window(context, work)
        for name in PROVENANCE:
            yield from window.record(lake_key(name), count_provenance(work.settings.paths.lake, name, window.left))
        window.close()

    return provenance
