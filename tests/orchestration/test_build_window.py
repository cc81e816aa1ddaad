"""Which days a build does: those asked for, those a killed build left, and the following day of each."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from small_pipeline import land

from orchestration.feeds.datasets import ALL
from orchestration.settings import Settings
from orchestration.warehouse import build, window
from orchestration.warehouse.build import BuildError

DAY = date(2026, 1, 10)


def after(days: int) -> date:
    return DAY + timedelta(days=days)


def rows(settings: Settings, query: str) -> list[Any]:
    with duckdb.connect(str(settings.paths.warehouse)) as db:
        return db.execute(query).fetchall()


def test_the_day_after_is_built_again_only_if_the_lake_has_it(settings: Settings) -> None:
    land(settings, DAY, 1)
    assert window.prepare(settings, [DAY]) == [DAY]
    land(settings, after(1), 1)
    land(settings, after(2), 1)
    assert window.prepare(settings, [DAY]) == [DAY, after(1)]
    assert rows(settings, "select day from raw.build_days order by day") == [(DAY,), (after(1),)]


def test_a_build_reads_one_day_more_each_way_and_nothing_else(settings: Settings) -> None:
    for number in range(-3, 4):
        land(settings, after(number), 1)
    window.prepare(settings, [DAY])
    read = [row[0] for row in rows(settings, "select distinct day from raw.liquidations order by day")]
    assert read == [after(-1), DAY, after(1), after(2)]


def test_every_dataset_has_its_documented_columns_even_without_a_file(settings: Settings) -> None:
    window.prepare(settings, [DAY])
    for name, dataset in ALL.items():
        described = rows(settings, f"select column_name, column_type from (describe raw.{name})")
        expected = [(column, shape.type) for column, shape in dataset.columns.items()]
        assert described == [*expected, ("venue", "VARCHAR"), ("day", "DATE")]
        assert rows(settings, f"select count(*) from raw.{name}") == [(0,)]


def test_days_of_a_build_that_failed_are_built_by_the_next_one(settings: Settings, small_project: Path) -> None:
    land(settings, DAY, 2, venue="nowhere")
    with pytest.raises(BuildError, match="relationships_orders_daily_venue"):
        build.build(settings, [DAY], project=small_project)
    assert window.unfinished(settings) == [DAY]
    (settings.paths.lake / "liquidations" / "venue=nowhere" / f"day={DAY}" / "part.parquet").unlink()
    land(settings, DAY, 2)
    land(settings, after(5), 4)
    assert build.build(settings, [after(5)], project=small_project).days == [DAY, after(5)]
    assert window.unfinished(settings) == []
    assert rows(settings, "select day, n_orders from marts.totals_daily order by day") == [(DAY, 2), (after(5), 4)]


def test_many_days_are_built_in_passes_that_come_to_the_same(
    settings: Settings, small_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [after(number) for number in range(5)]
    for number, day in enumerate(days):
        land(settings, day, number + 1)
    monkeypatch.setattr(window, "CHUNK_BYTES", 1)
    events: list[build.Event] = []
    lines: list[str] = []
    report = build.build(settings, days, lines.append, on_event=events.append, project=small_project)
    assert len(lines) == 5
    assert (report.days, report.rows["totals_daily"]) == (days, 5)
    told = [event["data"]["node_info"]["unique_id"] for event in events]
    assert len(told) == len(set(told))
    assert rows(settings, "select n_orders from marts.totals_daily order by day") == [(n + 1,) for n in range(5)]
    assert window.unfinished(settings) == []


def test_a_pass_that_fails_leaves_all_days_due(
    settings: Settings, small_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(settings, DAY, 2)
    land(settings, after(3), 2, venue="nowhere")
    land(settings, after(6), 2)
    monkeypatch.setattr(window, "CHUNK_BYTES", 1)
    events: list[build.Event] = []
    with pytest.raises(BuildError):
        build.build(settings, [DAY, after(3), after(6)], on_event=events.append, project=small_project)
    assert events
    assert window.unfinished(settings) == [DAY, after(3), after(6)]


def test_publishing_completes_an_interrupted_build_first(settings: Settings, small_project: Path) -> None:
    land(settings, DAY, 1)
    build.build(settings, [DAY], project=small_project)
    land(settings, DAY, 5)
    window.prepare(settings, [DAY])
    build.publish_built(settings, project=small_project)
    with duckdb.connect(str(settings.paths.published_db), read_only=True) as db:
        assert db.execute("select n_orders from marts.totals_daily").fetchall() == [(5,)]


def test_building_some_models_leaves_the_days_due(settings: Settings, small_project: Path) -> None:
    land(settings, DAY, 1)
    build.build(settings, [DAY], project=small_project)
    build.build(settings, [DAY], select=["--select", "orders_daily"], project=small_project)
    assert window.unfinished(settings) == [DAY]


def test_a_day_that_shrinks_leaves_no_rows_behind(settings: Settings, small_project: Path) -> None:
    land(settings, DAY, 1, venue="bybit")
    land(settings, DAY, 2)
    build.build(settings, [DAY], project=small_project)
    (settings.paths.lake / "liquidations" / "venue=bybit" / f"day={DAY}" / "part.parquet").unlink()
    build.build(settings, [DAY], project=small_project)
    assert rows(settings, "select venue, n_orders from marts.orders_daily") == [("binance", 2)]


def test_the_build_file_is_free_for_other_processes_after_a_build(settings: Settings, small_project: Path) -> None:
    import subprocess
    import sys

    land(settings, DAY, 1)
    build.build(settings, [DAY], project=small_project)
    read = f"import duckdb; print(duckdb.connect({str(settings.paths.warehouse)!r}).sql('from marts.totals_daily'))"
    done = subprocess.run([sys.executable, "-c", read], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_another_formula_builds_all_days_of_the_lake_anew(
    settings: Settings, small_project: Path, tmp_path: Path
) -> None:
    days = [DAY, after(1), after(30)]
    for number, day in enumerate(days):
        land(settings, day, number + 1)
    build.build(settings, days, project=small_project)
    project = shutil.copytree(small_project, tmp_path / "project")
    model = project / "models" / "marts" / "totals_daily.sql"
    model.write_text(model.read_text().replace("select orders.day,", "select 'new' as edition, orders.day,"))
    lines: list[str] = []
    report = build.build(settings, [after(30)], lines.append, project=project)
    assert "all 3 days of the lake are built anew" in lines[0]
    assert report.days == days
    assert rows(settings, "select edition, n_orders from marts.totals_daily order by day") == [
        ("new", n + 1) for n in range(3)
    ]
    assert build.build(settings, [after(30)], project=project).days == [after(30)]


def test_a_changed_model_is_parsed_again(tmp_path: Path, small_project: Path) -> None:
    project = shutil.copytree(small_project, tmp_path / "project")
    build.parse(project)
    manifest = project / "target" / "manifest.json"
    before = manifest.stat().st_mtime_ns
    build.parse(project)
    assert manifest.stat().st_mtime_ns == before
    (project / "models" / "marts" / "new_daily.sql").write_text("select day from {{ ref('totals_daily') }}")
    build.parse(project)
    assert '"model.small.new_daily"' in manifest.read_text()
