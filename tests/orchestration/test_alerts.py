"""A run that fails is heard of by mail and webhook, and no alert holds up a mail; the whole of a night with a late dump."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import stamina
import trustme
from dagster import (
    AssetKey,
    DagsterInstance,
    Definitions,
    build_run_status_sensor_context,
    build_schedule_context,
    build_sensor_context,
)

from orchestration import dagster_home
from orchestration.definitions import build_defs
from orchestration.feeds.binance import KLINES
from orchestration.feeds.contract import fill
from orchestration.landing.fetch import fetch_day
from orchestration.settings import Settings, load, yesterday
from orchestration.warehouse.mirror import MirrorReport
from reports.recap import write_recap
from tests.alerts.hook import Hook, listening
from tests.landing.kit import kline, lines, zipped
from tests.mail.relay import Relay, running
from tests.reports.published import Market

NIGHT, LATE = {"dagster/schedule_name": "nightly"}, {"dagster/sensor_name": "late_dumps"}
DAY = yesterday()


@pytest.fixture
def hook() -> Iterator[Hook]:
    with listening() as hook, stamina.set_testing(True, attempts=2, cap=True):
        yield hook


@pytest.fixture
def relay() -> Iterator[Relay]:
    with running("none", trustme.CA()) as relay:
        yield relay


@pytest.fixture
def settings(tmp_path: Path, hook: Hook, relay: Relay, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("TIDEMARK_WEBHOOK_SECRET", "shared-by-two")
    monkeypatch.setenv("TIDEMARK_SMTP_PASSWORD", "hunter2")
    home = tmp_path / "home"
    home.mkdir()
    (home / "tidemark.toml").write_text(
        f"""
        first_day = {DAY - timedelta(days=40)}
        assets = ["BTC"]
        [mail]
        host = "127.0.0.1"
        port = {relay.smtp.port}
        tls = "none"
        to = ["desk@example.org"]
        [notify]
        to = ["oncall@example.org"]
        webhook = "{hook.url}"
        [[alerts]]
        name = "over-1b"
        mart = "liquidations_market_daily"
        column = "total_usd"
        value = 1_000_000_000
        """,
        encoding="utf-8",
    )
    return load(home)


@pytest.fixture
def instance(settings: Settings) -> Iterator[DagsterInstance]:
    with dagster_home.instance(settings) as opened:
        yield opened


def run(defs: Definitions, instance: DagsterInstance, tags: dict[str, str], *only: str) -> Any:
    """The daily job, or only some of its assets."""
    return defs.resolve_job_def("daily").execute_in_process(
        instance=instance,
        partition_key=str(DAY),
        tags=tags,
        raise_on_error=False,
        asset_selection=[AssetKey(name.split("/")) for name in only] or None,
    )


def tell_of(defs: Definitions, instance: DagsterInstance, failed: Any) -> None:
    context = build_run_status_sensor_context(
        sensor_name="failed_runs",
        dagster_event=failed.get_run_failure_event(),
        dagster_instance=instance,
        dagster_run=failed.dagster_run,
    )
    defs.resolve_sensor_def("failed_runs")(context.for_run_failure())


def addressees(relay: Relay) -> list[str]:
    return [to for (to,), _ in relay.inbox.received]


def test_a_failed_run_is_told_of_once_with_asset_reason_and_next_step(
    settings: Settings, overrides: dict[str, Any], instance: DagsterInstance, relay: Relay, hook: Hook
) -> None:
    broken = settings.home / "broken" / "binance" / str(DAY)
    broken.parent.mkdir(parents=True)
    broken.touch()
    defs = build_defs(settings, overrides)
    failed = run(defs, instance, {}, "dumps/binance")
    assert not failed.success
    for _ in range(2):
        tell_of(defs, instance, failed)
    ((headers, content),) = hook.got
    body = json.loads(content)
    assert body["run"] == failed.run_id
    assert body["days"] == [str(DAY)]
    assert body["reasons"] == {"dumps/binance": f"{DAY}: binance {DAY}: checksum does not match"}
    assert f"tidemark run --day {DAY}" in body["next_steps"][0]
    assert headers["webhook-id"] == f"{DAY}_run-{failed.run_id}_r1"
    assert addressees(relay) == ["oncall@example.org"]
    assert f"Subject: tidemark: daily of {DAY} failed at dumps/binance".encode() in relay.inbox.received[0][1]


def test_what_is_told_of_a_failure_holds_no_secret(
    settings: Settings, overrides: dict[str, Any], instance: DagsterInstance, relay: Relay, hook: Hook
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError(f"login hunter2 refused; {hook.url}; https://me:pw@archive.example/f?token=abc")

    defs = build_defs(settings, {**overrides, "write_recap": fail})
    tell_of(defs, instance, run(defs, instance, {}, "recap"))
    told = hook.got[0][1] + relay.inbox.received[0][1]
    assert b"login ********" in told
    assert not any(secret in told for secret in (b"hunter2", b"path-is-secret", b"me:pw", b"abc"))


def test_a_step_that_breaks_as_a_whole_is_named(
    settings: Settings, overrides: dict[str, Any], instance: DagsterInstance, hook: Hook
) -> None:
    def fail(*_: Any) -> None:
        raise OSError("No space left on device")

    defs = build_defs(settings, {**overrides, "write_recap": lambda *_: None, "refresh_archive": fail})
    tell_of(defs, instance, run(defs, instance, {}, "recap"))
    body = json.loads(hook.got[0][1])
    assert list(body["reasons"]) == ["recap"]
    assert "No space left on device" in body["reasons"]["recap"]


@pytest.mark.parametrize("refused", ["send", "alert", "mirror"])
def test_mail_alerts_and_mirror_do_not_hold_up_each_other(
    refused: str, settings: Settings, overrides: dict[str, Any], instance: DagsterInstance
) -> None:
    def refuse(*_: Any) -> Any:
        raise RuntimeError("nobody is there")

    served: list[str] = []
    work = {
        "send": lambda *_: served.append("send") or "sent",
        "alert": lambda *_: served.append("alert") or ["told"],
        "mirror": lambda *_: served.append("mirror") or MirrorReport(),
    }
    written(settings)
    settings = settings.model_copy(update={"published": "s3://desk/tidemark/published"})
    defs = build_defs(settings, {**overrides, **work, refused: refuse})
    failed = run(defs, instance, NIGHT, "mail", "alerts", "mirror")
    assert (failed.success, sorted(served)) == (False, sorted(work.keys() - {refused}))
    assert "nobody is there" in str(dagster_failures(failed))


def written(settings: Settings) -> None:
    letter = settings.paths.recaps / str(DAY) / "email.eml"
    letter.parent.mkdir(parents=True)
    letter.touch()


def dagster_failures(failed: Any) -> list[str]:
    return [str(e.step_failure_data.error) for e in failed.filter_events(lambda event: event.is_step_failure)]


@pytest.mark.parametrize(("tags", "n_told"), [(NIGHT, 1), (LATE, 1), ({}, 0)])
def test_only_unattended_runs_judge_thresholds(
    settings: Settings, overrides: dict[str, Any], instance: DagsterInstance, tags: dict[str, str], n_told: int
) -> None:
    told: list[date] = []
    work = {"alert": lambda _, day: told.append(day) or ["told"]}
    assert run(build_defs(settings, {**overrides, **work}), instance, tags, "alerts").success
    assert told == [DAY] * n_told


class TestNight:
    """One night with a real archive that publishes late, real recaps, relay and webhook."""

    @pytest.fixture
    def archive(self, tmp_path: Path) -> Iterator[Path]:
        class Quiet(SimpleHTTPRequestHandler):
            def log_message(self, format: str, *args: object) -> None:
                pass

        root = tmp_path / "archive"
        root.mkdir()
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root)))
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        (root / ".address").write_text(f"http://127.0.0.1:{server.server_port}")
        yield root
        server.shutdown()
        server.server_close()

    def test_a_late_dump_is_waited_for_then_told_without_and_corrected_once(
        self,
        settings: Settings,
        overrides: dict[str, Any],
        instance: DagsterInstance,
        archive: Path,
        relay: Relay,
        hook: Hook,
    ) -> None:
        settings = settings.model_copy(update={"archive": (archive / ".address").read_text()})
        place(archive, DAY - timedelta(days=1))
        fetch_day(settings, "binance", DAY - timedelta(days=1))
        defs = build_defs(settings, night(overrides, settings))

        assert tick(defs, instance, 6, 30).run_requests == []
        (asked,) = tick(defs, instance, 12, 0).run_requests
        assert run(defs, instance, {**NIGHT, **asked.tags}).success
        assert tick(defs, instance, 12, 0).run_requests == []
        assert look(defs, instance) == []

        place(archive, DAY)
        (again,) = look(defs, instance)
        assert run(defs, instance, {**LATE, **again.tags}).success
        assert look(defs, instance) == []
        assert run(defs, instance, LATE, "mail", "alerts").success

        assert sorted(addressees(relay)) == ["desk@example.org"] * 2 + ["oncall@example.org"] * 2
        subjects = [subject_of(content) for (to,), content in relay.inbox.received if to == "desk@example.org"]
        assert ["ncomplete" in subject for subject in subjects] == [True, False]
        assert ["orrect" in subject for subject in subjects] == [False, True]
        assert [json.loads(body)["revision"] for _, body in hook.got] == [1, 2]


def place(archive: Path, day: date) -> None:
    path = archive / "binance" / fill(KLINES.paths[0], day, {"symbol": "BTCUSDT"})
    path.parent.mkdir(parents=True, exist_ok=True)
    zipped(path, lines([kline(n) for n in range(3)]))


def night(overrides: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Real fetching of one source; the market has more in it, and all hours, once the day's dump is there."""

    def fetch_days(settings: Settings, source: str, days: Any, log: Any) -> Any:
        if source != "binance":
            return overrides["fetch_days"](settings, source, days, log)
        return {day: fetch_day(settings, source, day) for day in days}

    def tell(_: Path, recaps: Path, day: date) -> Any:
        dump = settings.paths.dumps / "binance" / fill(KLINES.paths[0], day, {"symbol": "BTCUSDT"})
        rest = {"bybit": 0.3, "bitmex": 0.1}
        market = Market(day=day, venues={"binance": 0.6, **rest})
        if not dump.exists():
            market = Market(day=day, venues={"binance": 0.3, **rest}, states={"binance": "partial"}, regime="impaired")
        return write_recap(market.write(settings.paths.published_db), recaps, day)

    return {**overrides, "fetch_days": fetch_days, "write_recap": tell}


def tick(defs: Definitions, instance: DagsterInstance, hour: int, minute: int) -> Any:
    at = datetime.combine(DAY + timedelta(days=1), datetime.min.time(), UTC).replace(hour=hour, minute=minute)
    context = build_schedule_context(instance, at, repository_def=defs.get_repository_def())
    return defs.resolve_schedule_def("nightly").evaluate_tick(context)


def look(defs: Definitions, instance: DagsterInstance) -> list[Any]:
    context = build_sensor_context(instance=instance, definitions=defs)
    return list(defs.resolve_sensor_def("late_dumps").evaluate_tick(context).run_requests or [])


def subject_of(content: bytes) -> str:
    return str(message_from_bytes(content, policy=policy.default)["Subject"])
