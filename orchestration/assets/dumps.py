"""`dumps/<source>`: what each source published, fetched as it is and verified."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, AssetSpec, ResourceParam

from orchestration.assets.window import Metadata, Window
from orchestration.feeds.catalog import FEEDS, SOURCES
from orchestration.landing.errors import FetchError
from orchestration.partitions import Days, over_days
from orchestration.resources import Work

if TYPE_CHECKING:
    from orchestration.landing.fetch import FetchReport


def dumps_assets(days: Days) -> list[AssetsDefinition]:
    """One asset per source."""
    return [_dumps_of(source, days) for source in SOURCES]


def dumps_key(source: str) -> AssetKey:
    """Where a source's dumps stand in the graph."""
    return AssetKey(["dumps", source])


def fetch(window: Window, work: Work, source: str) -> None:
    """Have the dumps of the days that are left here; those already here are not fetched again."""
    reports = work.fetch_days(work.settings, source, window.left, window.log)
    window.settle(((day, _outcome(report)) for day, report in reports.items()), _metadata)


def _dumps_of(source: str, days: Days) -> AssetsDefinition:
    feeds = ", ".join(feed.name for feed in FEEDS if feed.source == source)
    spec = AssetSpec(
        dumps_key(source),
        description=f"Dump files of {source} ({feeds}), as published, with their SHA-256.",
        group_name="dumps",
        kinds={"file"},
    )

    @over_days(days, f"dumps__{source}", [spec])
    def fetched(context: AssetExecutionContext, work: ResourceParam[Work]) -> Iterator[Any]:
        window = Window(context, work)
        fetch(window, work, source)
        yield from window.record(spec.key)
        window.close()

    return fetched


def _outcome(report: "FetchReport") -> "FetchReport | FetchError":
    return FetchError("; ".join(report.failures)) if report.failures else report


def _metadata(_: date, report: "FetchReport") -> Metadata:
    return {"files": report.n_files, "new": report.n_new, "bytes": report.bytes, "absent": report.absent}
