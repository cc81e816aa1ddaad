"""The daily job in this process: one run for a range, one bad day alone, the same result whatever came before."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
from dagster import AssetKey, DagsterInstance

from orchestration.pipeline import run_days
from orchestration.settings import Settings

FIRST = date(2026, 1, 1)


def day(number: int) -> date:
    return FIRST + timedelta(days=number - 1)


def totals(settings: Settings) -> list[Any]:
    with duckdb.connect(str(settings.paths.published_db), read_only=True) as db:
        return db.execute("select day, n_orders, n_orders_day_before from marts.totals_daily order by day").fetchall()


def materialised(settings: Settings, *path: str) -> set[str]:
    with DagsterInstance.from_config(str(settings.paths.dagster)) as instance:
        return set(instance.get_materialized_partitions(AssetKey(path)))


def break_day(settings: Settings, source: str, broken: date) -> Path:
    mark = settings.home / "broken" / source / str(broken)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    return mark


def test_a_range_is_one_run_with_every_asset_materialised_for_each_day(
    settings: Settings, overrides: dict[str, Any]
) -> None:
    lines: list[str] = []
    outcome = run_days(settings, day(1), day(3), lines.append, overrides)
    assert outcome.success, outcome.message
    assert totals(settings) == [(day(1), 1, 0), (day(2), 2, 1), (day(3), 3, 2)]
    assert (settings.paths.recaps / "2026-01-03" / "index.html").read_text() == "2026-01-03: 60 USD"
    for path in (["dumps", "binance"], ["lake", "coverage"], ["marts", "totals_daily"], ["recap"], ["mail"]):
        assert materialised(settings, *path) == {str(day(n)) for n in (1, 2, 3)}
    with DagsterInstance.from_config(str(settings.paths.dagster)) as instance:
        assert len(instance.get_runs()) == 1
        event = instance.get_latest_materialization_event(AssetKey(["marts", "totals_daily"]))
        preview = instance.get_latest_materialization_event(AssetKey("recap"))
    assert event is not None
    assert event.asset_materialization is not None
    assert event.asset_materialization.metadata["rows"].value == 3
    assert preview is not None
    assert preview.asset_materialization is not None
    assert preview.asset_materialization.metadata["preview"].value == "**60 USD**\n\n- one\n- two"
    assert any("build: 3 days" in line for line in lines)


def test_one_bad_day_fails_alone_and_is_named_at_the_end(settings: Settings, overrides: dict[str, Any]) -> None:
    mark = break_day(settings, "tardis", day(2))
    outcome = run_days(settings, day(1), day(3), print, overrides)
    assert not outcome.success
    assert outcome.message == "1 day failed\n2026-01-02: dumps/tardis: tardis 2026-01-02: checksum does not match"
    assert set(outcome.failed_days) == {day(2)}
    assert {path.name for path in settings.paths.recaps.iterdir()} == {"2026-01-01", "2026-01-03"}
    assert materialised(settings, "dumps", "tardis") == {"2026-01-01", "2026-01-03"}
    assert materialised(settings, "marts", "totals_daily") == {"2026-01-01", "2026-01-03"}
    mark.unlink()
    assert run_days(settings, day(2), day(2), print, overrides).success
    assert materialised(settings, "recap") == {str(day(n)) for n in (1, 2, 3)}
    assert totals(settings) == [(day(1), 1, 0), (day(2), 2, 1), (day(3), 3, 2)]


def test_a_single_bad_day_stops_where_it_failed_and_keeps_what_was_published(
    settings: Settings, overrides: dict[str, Any]
) -> None:
    assert run_days(settings, day(1), day(1), print, overrides).success
    break_day(settings, "binance", day(2))
    outcome = run_days(settings, day(2), day(2), print, overrides)
    assert not outcome.success
    assert "2026-01-02: dumps/binance" in outcome.message
    assert materialised(settings, "lake", "candles") == {"2026-01-01"}
    assert totals(settings) == [(day(1), 1, 0)]


def test_a_day_that_was_never_loaded_is_told_with_the_way_to_load_it(
    settings: Settings, overrides: dict[str, Any]
) -> None:
    del overrides["write_recap"]
    outcome = run_days(settings, day(1), day(1), print, overrides, part="tell")
    assert not outcome.success
    assert "no published rows for 2026-01-01" in outcome.message
    assert "`tidemark run --day 2026-01-01`, or in the UI all upstream of recap" in outcome.message


def test_any_order_of_days_and_a_day_twice_give_the_same_tables(
    settings: Settings, overrides: dict[str, Any], tmp_path: Path
) -> None:
    other = settings.model_copy(update={"home": tmp_path / "other"})
    assert run_days(settings, day(1), day(3), print, overrides).success
    for number in (3, 1, 2, 1):
        assert run_days(other, day(number), day(number), print, overrides).success
    assert totals(settings) == totals(other)


def test_a_failed_model_fails_the_run_and_readers_keep_the_last_publication(
    settings: Settings, overrides: dict[str, Any]
) -> None:
    from small_pipeline import land

    assert run_days(settings, day(1), day(1), print, overrides).success

    def land_unknown_venue(settings: Settings, dataset: str, landed: date, log: Any) -> Any:
        if dataset == "liquidations":
            land(settings, landed, 5, venue="nowhere")
        return overrides["land_day"](settings, "candles", landed, log)

    outcome = run_days(settings, day(2), day(2), print, {**overrides, "land_day": land_unknown_venue})
    assert not outcome.success
    assert "relationships_orders_daily_venue" in outcome.message
    assert totals(settings) == [(day(1), 1, 0)]
    assert materialised(settings, "published") == {"2026-01-01"}
