"""Alerts over a real relay and a real HTTP server: said once, signed, without secrets, and only what the user asked for."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import stamina
import trustme
from dagster import build_run_status_sensor_context

from orchestration import dagster_home
from orchestration.alerts.channels import AlertError, signature
from orchestration.alerts.thresholds import alert_thresholds
from orchestration.definitions import build_defs
from orchestration.pipeline import run_days
from orchestration.settings import Settings, SettingsError, load
from tests.mail.relay import Relay, running
from tests.orchestration.test_run_days import break_day
from tests.reports.published import DAY, Market

SECRET = "swordfish-of-the-desk"
SETTINGS = """
first_day = 2026-01-01
threads = 2

[mail]
host = "127.0.0.1"
port = {smtp}
tls = "none"

[alerts]
to = ["desk@example.org"]
webhook = "http://127.0.0.1:{http}/hook"
"""
LARGE = """
[[alerts.thresholds]]
name = "large day"
mart = "liquidations_market_daily"
column = "total_usd"
over = 1e9
"""


@dataclass
class Hook:
    """What was posted, and the statuses of the next answers (then 200)."""

    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    port: int = 0


@pytest.fixture
def hook() -> Iterator[Hook]:
    served = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            served.posts.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(served.answers.pop(0) if served.answers else 200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with stamina.set_testing(True, attempts=4, cap=True):
        yield served
    server.shutdown()
    server.server_close()


@pytest.fixture
def relay() -> Iterator[Relay]:
    with running("none", trustme.CA()) as relay:
        yield relay


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Market().write(tmp_path_factory.mktemp("published") / "tidemark.duckdb")


@pytest.fixture
def home(tmp_path: Path, published: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TIDEMARK_WEBHOOK_SECRET", SECRET)
    home = tmp_path / "home"
    (home / "published").mkdir(parents=True)
    (home / "published" / "tidemark.duckdb").symlink_to(published)
    return home


def configured(home: Path, relay: Relay, hook: Hook, thresholds: str = LARGE) -> Settings:
    (home / "tidemark.toml").write_text(SETTINGS.format(smtp=relay.smtp.port, http=hook.port) + thresholds)
    return load(home)


def mails(relay: Relay) -> list[tuple[str, str]]:
    parsed = [message_from_bytes(content, policy=policy.default) for _, content in relay.inbox.received]
    return [(str(mail["Subject"]), mail.get_content()) for mail in parsed]


def test_a_passed_threshold_is_told_once_by_every_channel(home: Path, relay: Relay, hook: Hook) -> None:
    settings = configured(home, relay, hook)
    assert alert_thresholds(settings, DAY) == ["large day: market (mail desk@example.org, webhook)"]
    assert alert_thresholds(settings, DAY) == []
    ((subject, text),) = mails(relay)
    assert subject == "[tidemark] large day: $2.22B"
    assert text.splitlines()[0] == f"{DAY} (UTC), market: total_usd $2.22B, over $1.00B"
    ((headers, body),) = hook.posts
    stamp = headers["x-tidemark-timestamp"]
    assert headers["x-tidemark-signature"] == f"sha256={signature(SECRET.encode(), stamp, body)}"
    said = json.loads(body)
    assert (said["kind"], said["mart"], said["limit"]) == ("threshold", "liquidations_market_daily", 1e9)
    assert said["value"] == pytest.approx(2.2236e9)


def test_what_a_threshold_does_not_reach_is_not_told(home: Path, relay: Relay, hook: Hook) -> None:
    settings = configured(home, relay, hook, LARGE.replace("1e9", "1e12"))
    assert alert_thresholds(settings, DAY) == []
    assert alert_thresholds(settings, date(2020, 1, 1)) == []
    assert (mails(relay), hook.posts) == ([], [])


def test_rows_are_named_and_chosen(home: Path, relay: Relay, hook: Hook) -> None:
    rule = LARGE.replace("_market_", "_by_asset_").replace("1e9", "1e6")
    assert len(alert_thresholds(configured(home, relay, hook, rule), DAY)) > 1
    chosen = rule.replace("large day", "bitcoin") + 'where = { asset = "BTC" }\n'
    (told,) = alert_thresholds(configured(home, relay, hook, chosen), DAY)
    assert told.startswith("bitcoin: BTC")


def test_a_broken_level_is_a_threshold_too(home: Path, relay: Relay, hook: Hook) -> None:
    rule = '[[alerts.thresholds]]\nname = "support"\nmart = "level_breaks"\ncolumn = "break_kind"\nequals = "hourly_close"\n'
    told = alert_thresholds(configured(home, relay, hook, rule), DAY)
    assert told
    assert all(line.startswith("support: ") for line in told)
    assert mails(relay)[0][1].splitlines()[0].endswith("break_kind hourly_close")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (LARGE.replace("liquidations_market_daily", "nowhere"), "there is no mart nowhere"),
        (LARGE.replace("total_usd", "totl_usd"), "has no column totl_usd; it has .*total_usd"),
        (LARGE + 'where = { coin = "BTC" }\n', "has no column coin"),
    ],
)
def test_a_threshold_that_names_what_is_not_there_says_so(
    home: Path, relay: Relay, hook: Hook, wrong: str, reason: str
) -> None:
    settings = configured(home, relay, hook, wrong)
    with pytest.raises(SettingsError, match=reason):
        alert_thresholds(settings, DAY)


@pytest.mark.parametrize(
    "wrong",
    [
        LARGE + "under = 1\n",
        LARGE.replace("over = 1e9\n", ""),
        LARGE.replace('"total_usd"', '"total_usd; drop table x"'),
        LARGE + '[alerts2]\nsecret = "x"\n',
    ],
)
def test_settings_that_cannot_be_meant_are_refused(home: Path, relay: Relay, hook: Hook, wrong: str) -> None:
    with pytest.raises(SettingsError):
        configured(home, relay, hook, wrong)


def test_a_secret_in_the_settings_file_is_refused_and_not_repeated(home: Path, relay: Relay, hook: Hook) -> None:
    with pytest.raises(SettingsError, match="TIDEMARK_WEBHOOK_SECRET") as refused:
        configured(home, relay, hook, f'secret = "{SECRET}"\n')
    assert SECRET not in str(refused.value)


def test_a_busy_webhook_is_asked_again_and_a_dead_one_gets_the_alert_later(
    home: Path, relay: Relay, hook: Hook
) -> None:
    settings = configured(home, relay, hook)
    hook.answers = [503] * 4
    with pytest.raises(AlertError, match="HTTP 503"):
        alert_thresholds(settings, DAY)
    hook.answers = [429]
    assert alert_thresholds(settings, DAY) == ["large day: market (webhook)"]
    assert len(mails(relay)) == 1
    assert len(hook.posts) == 6


def test_a_failed_run_is_told_with_day_asset_reason_and_next_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, relay: Relay, hook: Hook, overrides: dict[str, Any]
) -> None:
    monkeypatch.setenv("TIDEMARK_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("ANY_VENDOR_API_KEY", "checksum")
    tmp_path.joinpath("home").mkdir()
    settings = configured(tmp_path / "home", relay, hook, "")
    day = date(2026, 1, 2)
    break_day(settings, "binance", day)
    run_days(settings, day, day, lambda _: None, overrides)
    sensor = build_defs(settings, overrides).resolve_sensor_def("run_failures")
    with dagster_home.instance(settings) as instance:
        (run,) = instance.get_runs()
        (failed,) = [
            log for log in instance.all_logs(run.run_id) if log.is_dagster_event and log.dagster_event.is_run_failure
        ]
        context = build_run_status_sensor_context(sensor.name, failed.get_dagster_event(), instance, run)
        sensor(context.for_run_failure())
        sensor(context.for_run_failure())
    ((subject, text),) = mails(relay)
    assert subject == f"[tidemark] run of {day} failed"
    assert f"{day}: dumps/binance: binance {day}: ******** does not match" in text
    assert f"tidemark run --day {day}" in text
    ((_, body),) = hook.posts
    assert json.loads(body)["run"] == run.run_id


@pytest.mark.parametrize(("tags", "n_asked"), [({"dagster/schedule_name": "nightly"}, 1), ({}, 0)])
def test_only_unattended_runs_look_at_thresholds(
    home: Path, relay: Relay, hook: Hook, overrides: dict[str, Any], tags: dict[str, str], n_asked: int
) -> None:
    (home / "published" / "tidemark.duckdb").unlink()
    asked: list[date] = []
    looking = {**overrides, "send": lambda *_: "sent", "alert_thresholds": lambda _, day: [str(asked.append(day))]}
    job = build_defs(configured(home, relay, hook), looking).resolve_job_def("daily")
    assert job.execute_in_process(partition_key="2026-01-02", tags=tags).success
    assert asked == [date(2026, 1, 2)] * n_asked
