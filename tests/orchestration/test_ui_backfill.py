"""The web server and the daemon as they are: days chosen as the UI chooses them, through GraphQL and by clicks."""

import os
import signal
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from running_ui import ASSETS, PATIENCE_S, Ui, started
from test_run_days import break_day, totals

from orchestration.settings import Settings, yesterday
from tests.browser.conftest import browser as browser
from tests.conftest import SmallHome

FIRST = yesterday() - timedelta(days=19)


def day(number: int) -> date:
    return FIRST + timedelta(days=number - 1)


def keys(*numbers: int) -> list[str]:
    return [str(day(number)) for number in numbers]


def told(settings: Settings) -> set[str]:
    return {page.parent.name for page in settings.paths.recaps.glob("20*/index.html")}


def day_before(settings: Settings, number: int) -> int | None:
    """How many orders the publication has for the day before a day; of the small pipeline as many as the day of the month."""
    return {of: before for of, _, before in totals(settings)}.get(day(number))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(home=tmp_path_factory.mktemp("ui") / "home", first_day=FIRST)
    settings.home.mkdir()
    (settings.home / "tidemark.toml").write_text(f"first_day = {FIRST}\nthreads = 2\n", encoding="utf-8")
    return settings


@pytest.fixture(scope="module")
def ui(small: Settings, small_project: Path) -> Iterator[Ui]:
    with started(small.home, small_project) as running:
        yield running
        assert running.stop() == 0


def test_holes_stay_holes_and_a_past_day_run_later_moves_the_days_after_it(ui: Ui, small: Settings) -> None:
    backfill = ui.backfill(keys(1, 2, 4))
    assert ui.ended(backfill) == "COMPLETED_SUCCESS", ui.log.read_text()
    assert len(ui.runs_of(backfill)) == 2
    assert told(small) == {*keys(1, 2, 4)}
    assert ui.days("recap") == {f"{day(1)} to {day(2)}": "MATERIALIZED", f"{day(4)} to {day(4)}": "MATERIALIZED"}
    assert (day_before(small, 2), day_before(small, 4)) == (day(1).day, 0)
    assert ui.ended(ui.backfill(keys(3))) == "COMPLETED_SUCCESS", ui.log.read_text()
    assert (day_before(small, 3), day_before(small, 4)) == (day(2).day, day(3).day)


def test_bad_days_fail_alone_and_the_pages_of_the_run_and_of_the_backfill_mend_them(ui: Ui, small: Settings) -> None:
    marks = [break_day(small, "tardis", day(number)) for number in (7, 8)]
    backfill = ui.backfill(keys(6, 7, 8, 9))
    assert ui.ended(backfill) in ("COMPLETED_FAILED", "FAILED")
    (run,) = ui.runs_of(backfill)
    assert run["status"] == "FAILURE"
    assert told(small) & {*keys(6, 7, 8, 9)} == {*keys(6, 9)}
    for asset in (("dumps", "tardis"), ("marts", "totals_daily"), ("recap",)):
        assert ui.days(*asset)[f"{day(7)} to {day(8)}"] == "FAILED"
        assert ui.days(*asset)[f"{day(9)} to {day(9)}"] == "MATERIALIZED"

    marks[0].unlink()
    assert ui.run_ended(ui.run_again(run["runId"])) == "FAILURE"
    assert told(small) & {*keys(6, 7, 8, 9)} == {*keys(6, 7, 9)}
    assert [days for days, state in ui.days("recap").items() if state == "FAILED"] == [f"{day(8)} to {day(8)}"]

    marks[1].unlink()
    again = ui.backfill_again(backfill)
    assert ui.ended(again) == "COMPLETED_SUCCESS", ui.log.read_text()
    assert [run["status"] for run in ui.runs_of(again)] == ["SUCCESS"]
    assert set(ui.days("recap").values()) == {"MATERIALIZED"}
    assert told(small) >= {*keys(6, 7, 8, 9)}
    assert [day_before(small, number) for number in (7, 8, 9)] == [day(n).day for n in (6, 7, 8)]


def test_a_run_that_is_looked_at_many_times_goes_on_and_one_whose_process_is_killed_fails_and_goes_through_again(
    ui: Ui, small: Settings
) -> None:
    slow = small.home / "slow" / "tardis"
    slow.parent.mkdir()
    slow.write_text("6")
    backfill = ui.backfill(keys(11, 12))
    assert ui.ended(backfill) == "COMPLETED_SUCCESS", ui.log.read_text()
    (lived,) = ui.runs_of(backfill)
    assert ui.log.read_text().count(f"Checking run {lived['runId']}") > 3

    slow.write_text("600")
    killed = ui.run_again(lived["runId"], "ALL_STEPS")
    ui.run_started(killed)
    os.kill(process_of(small, killed), signal.SIGKILL)
    assert ui.run_ended(killed) == "FAILURE"
    slow.unlink()
    assert ui.run_ended(ui.run_again(killed)) == "SUCCESS", ui.log.read_text()


def process_of(settings: Settings, run_id: str) -> int:
    """Which process holds the sign of life of a run."""
    sign = str(settings.paths.dagster / "alive" / run_id)
    for handle in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(handle) == sign:
                return int(handle.parts[2])
        except OSError:
            continue
    raise AssertionError(f"no process has {sign} open")


def test_a_range_of_the_real_pipeline_chosen_by_clicks_is_one_run_that_ends_with_a_recap_for_each_day(
    settings: Settings, small_home: SmallHome, browser: Browser
) -> None:
    days = [str(small_home.day - timedelta(days=1)), str(small_home.day)]
    settings.home.mkdir(parents=True)
    toml = f"first_day = {days[0]}\nthreads = 2\narchive = '{small_home.archive}'\n"
    (settings.home / "tidemark.toml").write_text(toml, encoding="utf-8")
    with started(settings.home) as ui:
        assets = ui.ask(ASSETS)["assetNodes"]
        assert {asset["backfillPolicy"]["policyType"] for asset in assets if asset["isPartitioned"]} == {"SINGLE_RUN"}
        context = browser.new_context(viewport={"width": 1500, "height": 1000})
        context.set_default_timeout(1000 * PATIENCE_S)
        page = context.new_page()
        choose(page, f"http://127.0.0.1:{ui.port}", days[0], days[-1])
        (run,) = [run for run in ui.runs() if ui.run_ended(run["runId"])]
        tags = {tag["key"]: tag["value"] for tag in run["tags"]}
        assert tags["dagster/asset_partition_range_start"] == days[0]
        assert tags["dagster/asset_partition_range_end"] == days[-1]
        assert ui.days("recap") == {f"{days[0]} to {days[-1]}": "MATERIALIZED"}
        for told in days:
            assert told in (settings.paths.recaps / told / "index.html").read_text()
        context.close()
        assert "Traceback" not in ui.log.read_text(), ui.log.read_text()
        assert ui.stop() == 0


def choose(page: Page, address: str, first: str, last: str) -> None:
    """On the page of `recap`, all upstream of it for a range of days; back when its progress has been seen to its end."""
    expect.set_options(timeout=1000 * PATIENCE_S)
    page.goto(f"{address}/assets/recap?view=lineage&lineageScope=upstream")
    page.get_by_role("button", name="All", exact=True).click()
    page.get_by_text("Materialize all").click()
    dialog = page.get_by_role("dialog")
    confirm = dialog.get_by_role("button", name="Confirm")
    launch = dialog.get_by_role("button", name="Launch backfill")
    expect(confirm.or_(launch)).to_be_visible()
    if confirm.is_visible():
        confirm.click()
    expect(launch).to_be_visible()
    show_all = dialog.get_by_text("Show all partitions")
    expect(show_all).to_be_visible()
    show_all.click()
    days = dialog.locator("input[type=text]").first
    days.fill(f"[{first}...{last}]")
    days.press("Enter")
    expect(dialog).to_contain_text("2 partitions")
    launch.click()
    expect(dialog).to_have_count(0)
    page.goto(f"{address}/runs")
    expect(page.get_by_text("In progress (1)")).to_be_visible()
    expect(page.get_by_text("Success", exact=True)).to_be_visible()
    expect.set_options(timeout=5000)
