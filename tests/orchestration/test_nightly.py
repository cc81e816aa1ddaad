"""The night: waiting for what is late, telling the day anyway when waiting ends, and again when the rest has come."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dagster import (
    AssetCheckResult,
    DagsterInstance,
    DagsterRunStatus,
    Definitions,
    RunRequest,
    build_schedule_context,
    build_sensor_context,
)

from orchestration import dagster_home
from orchestration.checks import newest_day_is_told
from orchestration.definitions import build_defs
from orchestration.landing.plan import ABSENT, Planned
from orchestration.resources import Work
from orchestration.settings import Nightly, Settings, yesterday

Look = Callable[..., tuple[list[RunRequest], str | None]]
KLINES = Planned("https://archive/BTCUSDT-1m.zip", ABSENT)
METRICS = Planned("https://archive/BTCUSDT-metrics.zip", ABSENT)


class Archive:
    """What is late, whatever day is asked for."""

    def __init__(self) -> None:
        self.late: list[Planned] = []
        self.asked: list[date] = []

    def __call__(self, _: Settings, day: date) -> list[Planned]:
        self.asked.append(day)
        return self.late


@pytest.fixture
def archive() -> Archive:
    return Archive()


@pytest.fixture
def instance(settings: Settings) -> Iterator[DagsterInstance]:
    with dagster_home.instance(settings) as opened:
        yield opened


def definitions(settings: Settings, overrides: dict[str, Any], archive: Archive, **changes: Any) -> Definitions:
    at = settings.nightly.model_copy(update=changes)
    return build_defs(settings.model_copy(update={"nightly": at}), {**overrides, "late_dumps": archive})


def tick(defs: Definitions, instance: DagsterInstance, at: datetime, schedule: str = "nightly") -> Any:
    context = build_schedule_context(instance, at, repository_def=defs.get_repository_def())
    return defs.resolve_schedule_def(schedule).evaluate_tick(context)


def days(ticked: Any) -> list[str | None]:
    return [request.partition_key for request in ticked.run_requests or []]


def test_pauses_grow_and_end_when_waiting_ends() -> None:
    minutes = [wait / timedelta(minutes=1) for wait in Nightly(wait_hours=5.5).waits]
    assert minutes == [0, 15, 45, 105, 225, 330]
    assert Nightly(wait_hours=0).waits == (timedelta(),)


def test_a_day_that_is_all_there_is_run_at_the_first_look(
    settings: Settings, overrides: dict[str, Any], archive: Archive, instance: DagsterInstance
) -> None:
    defs = definitions(settings, overrides, archive)
    assert list(defs.resolve_schedule_def("nightly").cron_schedule)[:3] == ["30 6 * * *", "45 6 * * *", "15 7 * * *"]
    assert days(tick(defs, instance, datetime(2026, 2, 1, 6, 30, tzinfo=UTC))) == ["2026-01-31"]
    assert archive.asked == [date(2026, 1, 31)]


def test_dumps_that_are_there_and_not_fetched_yet_hold_nothing_up(
    settings: Settings, overrides: dict[str, Any], archive: Archive, instance: DagsterInstance
) -> None:
    archive.late = [replace(KLINES, state="new"), replace(METRICS, state="new")]
    defs = definitions(settings, overrides, archive)
    assert days(tick(defs, instance, datetime(2026, 2, 1, 6, 30, tzinfo=UTC))) == ["2026-01-31"]
    archive.late = [replace(KLINES, state="new"), METRICS]
    waits = tick(defs, instance, datetime(2026, 2, 1, 6, 45, tzinfo=UTC))
    assert "1 dump is late: BTCUSDT-metrics.zip" in (waits.skip_message or "")


def test_late_dumps_are_waited_for_and_named_until_waiting_ends(
    settings: Settings, overrides: dict[str, Any], archive: Archive, instance: DagsterInstance
) -> None:
    archive.late = [KLINES, METRICS]
    defs = definitions(settings, overrides, archive)
    first = tick(defs, instance, datetime(2026, 2, 1, 6, 30, tzinfo=UTC))
    assert days(first) == []
    assert first.skip_message == (
        "2026-01-31: 2 dumps are late: BTCUSDT-1m.zip, BTCUSDT-metrics.zip; waiting until 12:00 UTC at the latest"
    )
    assert days(tick(defs, instance, datetime(2026, 2, 1, 10, 15, tzinfo=UTC))) == []
    assert days(tick(defs, instance, datetime(2026, 2, 1, 12, 0, tzinfo=UTC))) == ["2026-01-31"]


@pytest.mark.parametrize("is_on", [True, False])
def test_settings_say_whether_it_is_on(
    settings: Settings, overrides: dict[str, Any], archive: Archive, is_on: bool
) -> None:
    defs = definitions(settings, overrides, archive, on=is_on)
    schedules = [defs.resolve_schedule_def(name).default_status.value for name in ("nightly", "retention")]
    sensors = [defs.resolve_sensor_def(name).default_status.value for name in ("late_dumps", "failed_runs")]
    assert {*schedules, *sensors} == {"RUNNING" if is_on else "STOPPED"}


@pytest.mark.parametrize(("hour", "expected"), [(21, "2026-01-30"), (23, "2026-01-30"), (2, "2026-01-30")])
def test_a_night_over_midnight_stays_with_its_day(
    settings: Settings, overrides: dict[str, Any], archive: Archive, instance: DagsterInstance, hour: int, expected: str
) -> None:
    defs = definitions(settings, overrides, archive, at=time(22), timezone="Europe/Berlin", wait_hours=5)
    evening = datetime(2026, 1, 31, 22, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    looked = evening.replace(hour=hour) + timedelta(days=hour < 21)
    assert days(tick(defs, instance, looked)) == [expected]


@pytest.mark.parametrize(("status", "is_run_again"), [("SUCCESS", False), ("STARTED", False), ("FAILURE", True)])
def test_a_later_look_runs_only_what_failed(
    settings: Settings,
    overrides: dict[str, Any],
    archive: Archive,
    instance: DagsterInstance,
    status: str,
    is_run_again: bool,
) -> None:
    defs = definitions(settings, overrides, archive)
    tags = {"dagster/schedule_name": "nightly", "dagster/partition": "2026-01-31"}
    run = instance.create_run_for_job(defs.resolve_job_def("daily"), tags=tags)
    instance.add_run(replace_status(instance, run.run_id, DagsterRunStatus[status]))
    later = tick(defs, instance, datetime(2026, 2, 1, 6, 45, tzinfo=UTC))
    assert days(later) == (["2026-01-31"] if is_run_again else [])


def replace_status(instance: DagsterInstance, run_id: str, status: DagsterRunStatus) -> Any:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    instance.delete_run(run_id)
    return run.with_status(status)


class TestLateDumps:
    """The sensor."""

    @pytest.fixture
    def told(self, settings: Settings) -> date:
        """Yesterday, which has a recap."""
        page = settings.paths.recaps / str(yesterday()) / "index.html"
        page.parent.mkdir(parents=True)
        page.touch()
        return yesterday()

    @pytest.fixture
    def look(self, instance: DagsterInstance) -> Look:
        return partial(self._look, instance)

    def _look(
        self, instance: DagsterInstance, defs: Definitions, cursor: str | None = None
    ) -> tuple[list[RunRequest], str | None]:
        context = build_sensor_context(instance=instance, cursor=cursor, definitions=defs)
        found = defs.resolve_sensor_def("late_dumps").evaluate_tick(context)
        return list(found.run_requests or []), found.cursor

    def test_a_day_is_run_again_once_for_the_dumps_that_came(
        self, settings: Settings, overrides: dict[str, Any], archive: Archive, told: date, look: Look
    ) -> None:
        defs = definitions(settings, overrides, archive)
        archive.late = [KLINES, METRICS]
        assert look(defs)[0] == []
        archive.late = [replace(KLINES, state="new"), METRICS]
        (first,), _ = look(defs)
        (again,), _ = look(defs)
        assert (first.partition_key, first.run_key) == (str(told), again.run_key)
        archive.late = [replace(KLINES, state="new"), replace(METRICS, state="new")]
        (more,), _ = look(defs)
        assert more.run_key != first.run_key

    def test_a_run_that_failed_is_asked_for_again(
        self,
        settings: Settings,
        overrides: dict[str, Any],
        archive: Archive,
        told: date,
        look: Look,
        instance: DagsterInstance,
    ) -> None:
        defs = definitions(settings, overrides, archive)
        archive.late = [replace(KLINES, state="new")]
        (first,), _ = look(defs)
        tags = {"dagster/sensor_name": "late_dumps", "dagster/partition": str(told)}
        run = instance.create_run_for_job(defs.resolve_job_def("daily"), tags=tags)
        instance.add_run(replace_status(instance, run.run_id, DagsterRunStatus.FAILURE))
        (again,), _ = look(defs)
        assert first.run_key != again.run_key

    def test_days_without_a_recap_are_left_to_the_night(
        self, settings: Settings, overrides: dict[str, Any], archive: Archive, look: Look
    ) -> None:
        archive.late = [replace(KLINES, state="new")]
        assert look(definitions(settings, overrides, archive))[0] == []
        assert archive.asked == []

    def test_the_same_day_is_not_looked_at_again_at_once(
        self, settings: Settings, overrides: dict[str, Any], archive: Archive, told: date, look: Look
    ) -> None:
        defs = definitions(settings, overrides, archive)
        _, cursor = look(defs)
        look(defs, cursor)
        assert archive.asked == [told]


@pytest.mark.parametrize(("days_ago", "is_fresh"), [(0, True), (1, False)])
def test_only_the_newest_day_itself_makes_it_look_fresh(settings: Settings, days_ago: int, is_fresh: bool) -> None:
    page = settings.paths.recaps / str(yesterday() - timedelta(days=days_ago)) / "index.html"
    page.parent.mkdir(parents=True)
    page.touch()
    found = newest_day_is_told(work=Work(settings))
    assert isinstance(found, AssetCheckResult)
    assert found.passed is is_fresh


@pytest.mark.parametrize(
    ("tags", "n_sent"),
    [
        ({"dagster/schedule_name": "nightly"}, 1),
        ({"dagster/sensor_name": "late_dumps"}, 1),
        ({"dagster/schedule_name": "monthly"}, 0),
        ({}, 0),
    ],
)
def test_only_runs_of_the_night_and_its_corrections_mail(
    settings: Settings, overrides: dict[str, Any], tags: dict[str, str], n_sent: int
) -> None:
    sent: list[date] = []
    mail = settings.mail.model_copy(update={"host": "127.0.0.1"})
    posting = {**overrides, "send": lambda _, day: sent.append(day) or "sent"}
    job = build_defs(settings.model_copy(update={"mail": mail}), posting).resolve_job_def("daily")
    assert job.execute_in_process(partition_key="2026-01-02", tags=tags).success
    assert sent == [date(2026, 1, 2)] * n_sent


def test_the_told_days_of_a_month_run_again_once_its_monthly_files_are_out(
    settings: Settings, overrides: dict[str, Any], archive: Archive, instance: DagsterInstance
) -> None:
    defs, at = definitions(settings, overrides, archive), datetime(2026, 2, 8, 6, 30, tzinfo=UTC)
    assert "2026-01" in tick(defs, instance, at, "monthly").skip_message
    for day in ("2026-01-30", "2026-01-31", "2026-02-01"):
        page = settings.paths.recaps / day / "index.html"
        page.parent.mkdir(parents=True)
        page.touch()
    (request,) = tick(defs, instance, at, "monthly").run_requests
    job = defs.resolve_job_def("daily")
    result = job.execute_in_process(tags=request.tags, resources=None, instance=instance)
    assert result.success
    made = result.asset_materializations_for_node("recap")
    assert sorted(event.partition or "" for event in made) == ["2026-01-30", "2026-01-31"]
