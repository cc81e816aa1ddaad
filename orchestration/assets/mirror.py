"""`mirror`: the publication in an object store, where `published` names one; after the recaps, whose facts and claims are in it."""

from collections.abc import Iterator
from typing import Any

from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, AssetSpec, ResourceParam

from orchestration.assets.recaps import RECAP
from orchestration.assets.window import Window
from orchestration.partitions import Days, over_days
from orchestration.resources import Work

MIRROR = AssetKey("mirror")


def mirror_assets(days: Days) -> list[AssetsDefinition]:
    """The copy of the publication for readers elsewhere."""
    spec = AssetSpec(
        MIRROR,
        deps=[RECAP],
        description="What is published, in the object store that `published` names: files, then a manifest of them, in one request.",
        group_name="published",
        kinds={"parquet"},
    )

    @over_days(days, "mirror", [spec])
    def mirror(context: AssetExecutionContext, work: ResourceParam[Work]) -> Iterator[Any]:
        window = Window(context, work, beside=["mail", "alerts"])
        report = work.mirror(work.settings, window.log)
        window.log(
            f"mirror: {report.uploaded} of {report.files} files were new, {report.bytes:,} bytes; {report.removed} went"
        )
        yield from window.record(MIRROR, {"files": report.files, "uploaded": report.uploaded, "bytes": report.bytes})
        window.close()

    return [mirror]
