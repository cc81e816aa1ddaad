"""A failed run re-executed from failure, as its page in the UI does it: what is left is done, and nothing else."""

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import small_pipeline
from dagster import AssetKey, DagsterEventType, ReexecutionOptions, build_reconstructable_job, execute_job
from dagster._core.storage.tags import RESUME_RETRY_TAG
from test_run_days import break_day, day, materialised, totals

from orchestration import dagster_home
from orchestration.pipeline import run_days
from orchestration.settings import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.home.mkdir(parents=True)
    (settings.home / "tidemark.toml").write_text("first_day = 2026-01-01\nthreads = 2\n")
    return settings


def reexecute(settings: Settings, run_id: str) -> tuple[Any, dict[str, set[str]]]:
    """How it ended, and which days of which assets it made."""
    made = defaultdict(set)
    with dagster_home.instance(settings) as instance:
        options = ReexecutionOptions.from_failure(run_id, instance)
        parent = instance.get_run_by_id(run_id)
        assert parent is not None
        tags = {**parent.tags, RESUME_RETRY_TAG: "true"}  # the UI takes them over; this function does not
        job = build_reconstructable_job("small_pipeline", "daily", (str(settings.home),))
        with execute_job(job, instance, tags=tags, reexecution_options=options) as result:
            for record in instance.all_logs(result.run_id, of_type=DagsterEventType.ASSET_MATERIALIZATION):
                event = record.get_dagster_event()
                if "made_by_run" not in event.step_materialization_data.materialization.metadata:
                    made[event.asset_key.to_user_string()].add(event.partition)
            return result, dict(made)


def unmade(settings: Settings, run_id: str, asset: str) -> set[str]:
    """The days that the UI shows as failed because of a run."""
    with dagster_home.instance(settings) as instance:
        storage = instance.event_log_storage
        left = storage.get_latest_asset_partition_materialization_attempts_without_materializations(AssetKey(asset))
        return {partition for partition, (by_run, _) in left.items() if by_run == run_id}


def test_a_bad_day_that_was_mended_is_all_that_is_done_again(settings: Settings, overrides: dict[str, Any]) -> None:
    mark = break_day(settings, "tardis", day(2))
    failed = run_days(settings, day(1), day(3), print, overrides)
    assert not failed.success
    mark.unlink()
    result, made = reexecute(settings, failed.run_id)
    assert result.success
    assert set().union(*made.values()) == {"2026-01-02"}
    assert "dumps/tardis" in made
    assert "dumps/binance" not in made
    assert materialised(settings, "recap") == {str(day(n)) for n in (1, 2, 3)}
    assert totals(settings) == [(day(1), 1, 0), (day(2), 2, 1), (day(3), 3, 2)]


def test_days_that_are_still_bad_fail_alone_again(settings: Settings, overrides: dict[str, Any]) -> None:
    marks = [break_day(settings, "tardis", day(number)) for number in (1, 2)]
    run_id = run_days(settings, day(1), day(4), print, overrides).run_id
    bad = {"2026-01-01", "2026-01-02"}
    for mark, mended in ((None, set()), (marks[0], {"2026-01-01"})):
        if mark:
            mark.unlink()
        again, made = reexecute(settings, run_id)
        run_id, bad = again.run_id, bad - mended
        assert not again.success
        assert made.get("recap", set()) == mended
        assert unmade(settings, run_id, "recap") == bad
    assert [total[0] for total in totals(settings)] == [day(1), day(3), day(4)]


def test_what_failed_as_a_whole_is_done_for_all_days(settings: Settings, overrides: dict[str, Any]) -> None:
    def land_unknown_venue(settings: Settings, dataset: str, landed: date, log: Any) -> Any:
        if dataset == "liquidations":
            small_pipeline.land(settings, landed, 5, venue="nowhere")
        return overrides["land_day"](settings, dataset, landed, log)

    mark = break_day(settings, "tardis", day(2))
    failed = run_days(settings, day(1), day(3), print, {**overrides, "land_day": land_unknown_venue})
    assert materialised(settings, "recap") == set()
    for stray in Path(settings.paths.lake).glob("liquidations/venue=nowhere/*/*.parquet"):
        stray.unlink()
    mark.unlink()
    result, made = reexecute(settings, failed.run_id)
    assert result.success
    assert made["dumps/tardis"] == {"2026-01-02"}
    assert made["recap"] == {str(day(n)) for n in (1, 2, 3)}
