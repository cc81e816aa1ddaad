"""Retention takes what can be had again or is no longer needed, and nothing that a later run would miss."""

import hashlib
import os
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dagster import AssetKey, DagsterRunStatus

from orchestration import dagster_home
from orchestration.definitions import build_defs
from orchestration.feeds.binance import KLINES
from orchestration.feeds.contract import fill
from orchestration.landing.fetch import fetch_day
from orchestration.landing.lake import land_day
from orchestration.pipeline import run_days
from orchestration.retention import Pruned, prune_dumps, prune_event_logs
from orchestration.settings import Retention, Settings, yesterday
from reports.mail import Edition
from reports.sent import Ledger
from tests.landing.kit import DAY, kline, lines, zipped

DUMP = f"binance/{fill(KLINES.paths[0], DAY, {'symbol': 'BTCUSDT'})}"
AFTER = DAY + timedelta(days=1)


@pytest.fixture
def landed(settings: Settings, tmp_path: Path) -> Settings:
    """A day's klines, fetched from a folder and in the lake."""
    archive = tmp_path / "archive"
    path = archive / DUMP
    path.parent.mkdir(parents=True)
    zipped(path, lines([kline(n) for n in range(1440)]))
    settings = settings.model_copy(update={"archive": str(archive)})
    load(settings)
    return settings


def load(settings: Settings) -> None:
    fetch_day(settings, "binance", DAY)
    land_day(settings, "candles", DAY)


def lake(settings: Settings) -> dict[str, str]:
    files = sorted(settings.paths.lake.rglob("*.parquet"))
    return {str(file.relative_to(settings.paths.lake)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_a_dump_goes_when_its_rows_are_in_the_lake_and_comes_back_when_it_is_needed(landed: Settings) -> None:
    before = lake(landed)
    size = (landed.paths.dumps / DUMP).stat().st_size
    assert prune_dumps(landed, AFTER) == Pruned(1, size)
    assert not (landed.paths.dumps / DUMP).exists()
    assert prune_dumps(landed, AFTER) == Pruned()
    load(landed)
    assert (landed.paths.dumps / DUMP).exists()
    assert lake(landed) == before


def test_rows_whose_dump_cannot_be_had_again_stay(landed: Settings) -> None:
    before = lake(landed)
    prune_dumps(landed, AFTER)
    shutil.rmtree(str(landed.archive))
    Path(str(landed.archive)).mkdir()
    told: list[str] = []
    fetch_day(landed, "binance", DAY)
    land_day(landed, "candles", DAY, told.append)
    assert lake(landed) == before
    assert told == [f"candles {DAY}: left as it is; 1 of its dumps were pruned and could not be fetched again"]


@pytest.mark.parametrize("how", ["young", "not landed", "restated"])
def test_a_dump_stays(landed: Settings, how: str) -> None:
    if how == "not landed":
        shutil.rmtree(landed.paths.lake)
    if how == "restated":
        zipped(Path(str(landed.archive)) / DUMP, lines([kline(n) for n in range(1000)]))
        fetch_day(landed, "binance", DAY)
    assert prune_dumps(landed, DAY if how == "young" else AFTER) == Pruned()
    assert (landed.paths.dumps / DUMP).exists()


def test_old_event_logs_go_and_days_stay_materialised(settings: Settings, overrides: dict[str, Any]) -> None:
    first = date(2026, 1, 1)
    run_days(settings, first, first, lambda _: None, overrides)
    with dagster_home.instance(settings) as instance:
        (run,) = instance.get_runs()
        assert prune_event_logs(instance, datetime.now(UTC) - timedelta(days=1)) == Pruned()
        assert prune_event_logs(instance, datetime.now(UTC) + timedelta(minutes=1)).files == 1
        assert instance.all_logs(run.run_id) == []
        assert [run.status for run in instance.get_runs()] == [DagsterRunStatus.SUCCESS]
        assert instance.get_materialized_partitions(AssetKey("recap")) == {str(first)}
        assert prune_event_logs(instance, datetime.now(UTC) + timedelta(minutes=1)).files <= 1


@pytest.mark.parametrize(("kept", "is_there"), [(Retention(), True), (Retention(dumps_days=8), False)])
def test_the_job_removes_only_what_settings_say(landed: Settings, kept: Retention, is_there: bool) -> None:
    assert yesterday() - timedelta(days=8) > DAY
    job = build_defs(landed.model_copy(update={"retention": kept})).resolve_job_def("retention")
    assert job.execute_in_process().success
    assert (landed.paths.dumps / DUMP).exists() is is_there


@pytest.mark.parametrize(("kept", "is_known"), [(Retention(), True), (Retention(sent_days=41), False)])
@pytest.mark.parametrize("folder", ["mail", "alerts"])
def test_the_job_forgets_who_was_sent_what_only_if_settings_say_so(
    settings: Settings, overrides: dict[str, Any], folder: str, kept: Retention, is_known: bool
) -> None:
    ledger = Ledger(getattr(settings.paths, folder), Edition(DAY))
    with ledger.locked():
        ledger.record("reader@example.org", "accepted")
    (file,) = getattr(settings.paths, folder).glob("*.jsonl")
    os.utime(file, (0, 0))
    job = build_defs(settings.model_copy(update={"retention": kept}), overrides).resolve_job_def("retention")
    assert job.execute_in_process().success
    assert ("reader@example.org" in file.read_text()) is is_known
    assert ledger.state("reader@example.org") == "accepted"
