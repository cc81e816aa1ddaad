"""dbt's models, seeds and tests as assets and checks, and `published`, the copy that readers get."""

from collections.abc import Iterator, Mapping, Set
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, AssetSpec, Output, ResourceParam
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject, asset_utils, dbt_assets
from dagster_dbt.asset_utils import get_subset_selection_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from orchestration.assets.lake import lake_key
from orchestration.assets.window import Window
from orchestration.partitions import Days, over_days
from orchestration.resources import Work
from orchestration.warehouse.build import BuildError, BuildReport, Event, manifest_path

PUBLISHED = AssetKey("published")
_NOT_DATA = lake_key("build_days")


class Translator(DagsterDbtTranslator):
    """dbt's sources are the lake's assets; models and seeds are `<schema>/<name>`."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))
        self._specs: dict[str, AssetSpec] = {}

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> AssetKey:
        """`raw.fetches` is written with the dumps and stands for what `lake/dump_files` tells of them."""
        name = dbt_resource_props["name"]
        if dbt_resource_props["resource_type"] == "source":
            return lake_key("dump_files" if name == "fetches" else name)
        return AssetKey([dbt_resource_props["schema"], name])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The layer."""
        return str(dbt_resource_props["schema"])

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> AssetSpec:
        """Which days to build is bookkeeping, no data that a model depends on. Asked for once per node and child, made once."""
        if unique_id not in self._specs:
            spec = super().get_asset_spec(manifest, unique_id, project)
            deps = [dep for dep in spec.deps if dep.asset_key != _NOT_DATA]
            self._specs[unique_id] = spec.replace_attributes(deps=deps)
        return self._specs[unique_id]


def warehouse_assets(days: Days, work: Work) -> list[AssetsDefinition]:
    """Everything between the lake and the readers; needs the manifest made at set-up."""
    models = _models(days, work)
    marts = [spec.key for spec in models.specs if spec.key.path[0] == "marts"]
    return [models, _published(days, marts)]


def _models(days: Days, work: Work) -> AssetsDefinition:
    translator = Translator()
    with _all_selected():
        as_assets = dbt_assets(
            manifest=manifest_path(work.project),
            name="warehouse",
            partitions_def=days.partitions,
            backfill_policy=days.policy,
            dagster_dbt_translator=translator,
        )

    @as_assets
    def warehouse(context: AssetExecutionContext, work: ResourceParam[Work]) -> Iterator[Any]:
        window = Window(context, work)
        manifest = _manifest_of(context)
        select = _selection(context, manifest, translator)
        events: list[Event] = []
        report, failure = BuildReport(), None
        try:
            report = work.build(window.left, window.log, select, events.append)
        except BuildError as error:
            failure = error
        for event in events:
            yield from _told(context, window, translator, manifest, event, report.rows)
        if failure:
            raise failure
        window.close()

    return warehouse


def _all_selected() -> AbstractContextManager[object]:
    """Take every node of the manifest, which is what dagster-dbt would select: it asks dbt's graph, whose import alone takes
    a tenth of loading the definitions.
    """

    def every_node(*, manifest_json: Mapping[str, Any], **_: object) -> Set[str]:
        nodes: Mapping[str, Any] = manifest_json["nodes"]
        return nodes.keys()

    return patch.object(asset_utils, "select_unique_ids", every_node)


def _selection(context: AssetExecutionContext, manifest: Mapping[str, Any], translator: Translator) -> list[str]:
    """Arguments of dbt where only some models or tests were asked for."""
    if not context.assets_def.is_subset:
        return []
    arguments, indirect = get_subset_selection_for_context(context, manifest, None, None, None, translator, None)
    return [*arguments, *(["--indirect-selection", indirect] if indirect else [])]


def _manifest_of(context: AssetExecutionContext) -> Mapping[str, Any]:
    metadata = next(iter(context.assets_def.metadata_by_key.values()))
    manifest: Mapping[str, Any] = metadata["dagster_dbt/manifest"].manifest
    return manifest


def _told(
    context: AssetExecutionContext,
    window: Window,
    translator: Translator,
    manifest: Mapping[str, Any],
    event: Event,
    rows: Mapping[str, int],
) -> Iterator[Any]:
    """What one event of dbt means to Dagster: a materialisation per day, a check's result, or nothing."""
    message = DbtCoreCliEventMessage(dict(event), {})
    for told in message.to_default_asset_events(manifest, translator, context):
        if not isinstance(told, Output):
            yield told
            continue
        name = event["data"]["node_info"]["node_name"]
        counted = {"rows": rows[name]} if name in rows else {}
        key = context.assets_def.keys_by_output_name[told.output_name]
        yield from window.record(key, {**told.metadata, **counted})


def _published(days: Days, marts: list[AssetKey]) -> AssetsDefinition:
    spec = AssetSpec(
        PUBLISHED,
        deps=marts,
        description="`published/tidemark.duckdb` and one Parquet file per mart and month, swapped in whole.",
        group_name="published",
        kinds={"duckdb", "parquet"},
    )

    @over_days(days, "published", [spec])
    def published(context: AssetExecutionContext, work: ResourceParam[Work]) -> Iterator[Any]:
        window = Window(context, work)
        report = work.publish(window.log)
        window.log(f"published: {len(report.marts)} marts, {report.bytes:,} bytes")
        path = str(work.settings.paths.published_db)
        yield from window.record(PUBLISHED, {"rows": report.marts, "bytes": report.bytes, "path": path})
        window.close()

    return published
