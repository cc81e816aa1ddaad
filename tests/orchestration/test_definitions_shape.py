"""What Dagster gets to see: assets, what they depend on, days, policies; and that loading it touches nothing."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from dagster import AssetKey, BackfillPolicy, Definitions
from dagster_dbt.utils import select_unique_ids

from orchestration.definitions import build_defs
from orchestration.feeds.catalog import FEEDS, SOURCES
from orchestration.feeds.datasets import DATASETS
from orchestration.partitions import daily_partitions
from orchestration.settings import Settings
from orchestration.warehouse.build import BuildError, manifest_path

REPOSITORY = Path(__file__).parents[2]

LOADING = """
import json, os, sys
touched = []
home = os.environ["TIDEMARK_HOME"]
def watch(event, args):
    if event == "subprocess.Popen" and args[0] == "file":
        return  # the standard library's platform.architecture(), asked for by a dependency
    if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.mkdir", "os.rename", "os.remove"):
        touched.append([event, str(args)[:200]])
    elif event == "open" and isinstance(args[0], (str, bytes)):
        path, mode = os.fsdecode(args[0]), args[1] or ""
        if path.endswith(".duckdb") or (path.startswith(home) and not path.endswith("tidemark.toml")):
            touched.append([event, path])
        elif set(mode) & set("wax+") and path != os.devnull:
            touched.append([event, path, mode])
sys.dont_write_bytecode = True
sys.addaudithook(watch)
import small_pipeline
assert small_pipeline.defs.resolve_all_asset_keys()
print(json.dumps(touched))
print(sorted({"dbt.parser.manifest", "sqlalchemy"} & set(sys.modules)))
"""


@pytest.fixture
def defs(settings: Settings, overrides: dict[str, Any]) -> Definitions:
    return build_defs(settings, overrides)


def parents(defs: Definitions, *path: str) -> set[str]:
    graph = defs.resolve_asset_graph()
    return {key.to_user_string() for key in graph.get(AssetKey(path)).parent_keys}


def test_every_partitioned_asset_has_the_same_days_and_runs_a_range_at_once(
    defs: Definitions, settings: Settings
) -> None:
    graph = defs.resolve_asset_graph()
    keys = graph.executable_asset_keys
    assert len(keys) > len(SOURCES) + len(DATASETS)
    for key in keys:
        assert graph.get(key).backfill_policy == BackfillPolicy.single_run(), key
        assert graph.get(key).partitions_def == daily_partitions(settings), key


def test_the_newest_day_is_yesterday_until_the_clock_strikes_midnight_utc(settings: Settings) -> None:
    days = daily_partitions(settings)
    late = datetime(2026, 2, 1, 23, 59, tzinfo=UTC)
    assert days.get_partition_keys(late)[-1] == "2026-01-31"
    assert days.get_partition_keys(late)[0] == "2026-01-01"
    assert days.get_partition_keys(datetime(2026, 2, 2, 0, 0, tzinfo=UTC))[-1] == "2026-02-01"


def test_each_dataset_depends_on_the_sources_that_feed_it(defs: Definitions) -> None:
    for dataset in DATASETS:
        feeding = {f"dumps/{feed.source}" for feed in FEEDS if feed.dataset == dataset}
        assert parents(defs, "lake", dataset) == feeding


def test_the_graph_runs_from_dumps_to_mail(defs: Definitions) -> None:
    assert parents(defs, "lake", "quarantine") == {f"lake/{dataset}" for dataset in DATASETS}
    assert parents(defs, "staging", "stg_liquidations") == {"lake/liquidations"}
    assert parents(defs, "marts", "orders_daily") == {"staging/stg_liquidations"}
    assert parents(defs, "marts", "totals_daily") == {"marts/orders_daily", "lake/liquidations", "lake/dump_files"}
    assert parents(defs, "published") == {"marts/orders_daily", "marts/totals_daily"}
    assert parents(defs, "recap") == {"published"}
    assert parents(defs, "mail") == {"recap"}


def test_dbt_tests_are_checks_of_their_models(defs: Definitions) -> None:
    checks = {(key.asset_key.to_user_string(), key.name) for key in defs.resolve_asset_graph().asset_check_keys}
    assert ("marts/orders_daily", "not_null_orders_daily_venue") in checks


def test_a_missing_manifest_says_how_to_make_it(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="make setup"):
        build_defs(settings, {"project": tmp_path})


def test_loading_definitions_opens_no_database_no_connection_and_parses_nothing(
    small_project: Path, tmp_path: Path
) -> None:
    paths = os.pathsep.join([str(REPOSITORY), str(Path(__file__).parent)])
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "nobody"),
        "TIDEMARK_HOME": str(tmp_path / "home"),
        "SMALL_PROJECT": str(small_project),
        "PYTHONPATH": paths,
    }
    done = subprocess.run(
        [sys.executable, "-c", LOADING], env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    touched, imported_in_vain = done.stdout.strip().splitlines()
    assert json.loads(touched) == []
    assert imported_in_vain == "[]"
    assert list(tmp_path.iterdir()) == []


def test_days_before_the_first_or_not_yet_over_are_refused(settings: Settings) -> None:
    from orchestration.pipeline import run_days
    from orchestration.settings import SettingsError

    with pytest.raises(SettingsError, match="first_day"):
        run_days(settings, date(2025, 12, 31), date(2026, 1, 2), print)
    with pytest.raises(SettingsError, match="not over"):
        run_days(settings, date(2026, 1, 2), datetime.now(UTC).date(), print)


def test_every_node_of_the_manifest_is_what_dbt_itself_would_select() -> None:
    manifest = json.loads(manifest_path().read_text(encoding="utf-8"))
    chosen = select_unique_ids(select="fqn:*", exclude="", selector="", project=None, manifest_json=manifest)
    assert manifest["nodes"].keys() <= chosen
    assert not {node for node in chosen - manifest["nodes"].keys() if node.startswith(("model.", "seed.", "test."))}
