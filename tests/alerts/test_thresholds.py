"""Thresholds over marts: heard of once, again when the day was corrected, and named when they are wrong."""

import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from orchestration.alerts.post import AlertError
from orchestration.alerts.thresholds import GRAIN, rows, tell
from orchestration.settings import Settings, SettingsError, Threshold, load
from orchestration.warehouse.build import PROJECT
from reports.revisions import forget
from tests.alerts.conftest import DAY
from tests.alerts.hook import Hook
from tests.mail.relay import Relay

Bodies = Callable[[], list[dict[str, Any]]]
Publish = Callable[..., None]


def mails(relay: Relay) -> list[tuple[str, str]]:
    read = [message_from_bytes(content, policy=policy.default) for _, content in relay.inbox.received]
    return [(str(each["Subject"]), each.get_content().replace("\r\n", "\n")) for each in read]  # type: ignore[attr-defined]


def test_what_passes_is_told_once_by_mail_and_webhook(
    settings: Settings, publish: Publish, relay: Relay, bodies: Bodies
) -> None:
    publish(2e9, ETH=4.0, SOL=3.9)
    for _ in range(2):
        tell(settings, DAY)
    assert mails(relay) == [
        (
            "over-1b · total_usd $2.00B · 2026-01-31",
            "2026-01-31 (UTC): totals: total_usd > $1.00B\ntotal_usd $2.00B\n\n"
            "Recap: Incomplete: at least $2.00B was liquidated\n",
        ),
        (
            "asset-z · ETH o'kx z 4 · 2026-01-31",
            "2026-01-31 (UTC): assets, venue = o'kx: z >= 4\nETH o'kx z 4\n\n"
            "Recap: Incomplete: at least $2.00B was liquidated\n",
        ),
    ]
    assert [(body["alert"], body["revision"], body["rows"]) for body in bodies()] == [
        ("over-1b", 1, ["total_usd $2.00B"]),
        ("asset-z", 1, ["ETH o'kx z 4"]),
    ]


def test_what_does_not_pass_is_not_told(settings: Settings, publish: Publish, relay: Relay, hook: Hook) -> None:
    publish(1e9, ETH=3.99)
    assert tell(settings, DAY) == ["2026-01-31 over-1b: not passed", "2026-01-31 asset-z: not passed"]
    assert (relay.inbox.received, hook.got) == ([], [])


def test_a_corrected_day_is_told_again_and_withdrawn_when_it_no_longer_passes(
    settings: Settings, publish: Publish, relay: Relay, bodies: Bodies
) -> None:
    for total in (2e9, 3e9, 0.5e9, 0.5e9):
        publish(total)
        tell(settings, DAY)
    assert [subject for subject, _ in mails(relay)] == [
        "over-1b · total_usd $2.00B · 2026-01-31",
        "Correction: over-1b · total_usd $3.00B · 2026-01-31",
        "Correction: over-1b · no longer passed · 2026-01-31",
    ]
    assert [body["id"] for body in bodies()] == [f"2026-01-31_over-1b_r{n}" for n in (1, 2, 3)]


def test_what_was_told_long_ago_is_not_told_again_when_its_record_went(
    settings: Settings, publish: Publish, relay: Relay, hook: Hook
) -> None:
    publish(2e9)
    tell(settings, DAY)
    for path in settings.paths.alerts.iterdir():
        os.utime(path, (0, 0))
    assert len(forget(settings.paths.alerts, datetime(2026, 4, 1, tzinfo=UTC))) == 1
    for total in (2e9, 3e9, 0.5e9):
        publish(total)
        tell(settings, DAY)
    assert (len(relay.inbox.received), len(hook.got)) == (1, 1)


def test_simulated_data_say_so(settings: Settings, publish: Publish, relay: Relay, bodies: Bodies) -> None:
    publish(2e9, simulated=True)
    tell(settings, DAY)
    ((subject, text),) = mails(relay)
    assert subject.startswith("[simulated] ")
    assert text.startswith("Simulated data")
    assert bodies()[0]["simulated"] is True


def test_who_was_not_reached_gets_it_next_time_and_nobody_twice(
    settings: Settings, publish: Publish, relay: Relay, hook: Hook
) -> None:
    publish(2e9)
    hook.answers = [500, 500, 500]
    with pytest.raises(AlertError, match=r"over-1b: .*webhook: 127\.0\.0\.1: HTTP 500; .*mail: sent to 1 of 1"):
        tell(settings, DAY)
    assert tell(settings, DAY)[0] == "2026-01-31 over-1b r1: webhook: accepted; mail: sent to 0 of 1"
    assert (len(relay.inbox.received), len(hook.got)) == (1, 4)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"mart": "nothing"}, "no mart nothing"),
        ({"mart": "totals; drop table marts.totals"}, "no mart"),
        ({"column": 'total_usd" > 0 or "z'}, "no column"),
        ({"where": {"1=1 --": 1}}, "no column 1=1"),
        ({"value": "1000000000"}, "total_usd is DOUBLE"),
        ({"value": True}, "total_usd is DOUBLE"),
        ({"where": {"day": 1}}, "day is DATE"),
    ],
)
def test_a_wrong_threshold_is_named_and_the_others_are_told(
    settings: Settings, publish: Publish, relay: Relay, changes: dict[str, Any], named: str
) -> None:
    publish(2e9, ETH=5)
    wrong = Threshold.model_validate({**settings.alerts[0].model_dump(), **changes, "name": "wrong"})
    both = settings.model_copy(update={"alerts": (wrong, settings.alerts[1])})
    with pytest.raises(AlertError, match=rf"alerts\.wrong: .*{named}"):
        tell(both, DAY)
    assert len(relay.inbox.received) == 1


@pytest.mark.parametrize(
    ("operator", "value", "n"), [(">", 4, 1), (">=", 4, 2), ("<", 4, 1), ("!=", 4, 2), ("is known", None, 3)]
)
def test_operators(settings: Settings, publish: Publish, operator: str, value: float | None, n: int) -> None:
    publish(0, A=3, B=4, C=5)
    threshold = {
        "name": "x",
        "mart": "assets",
        "column": "z",
        "operator": operator,
        "value": value,
        "where": {"venue": "o'kx"},
    }
    assert len(rows(settings.paths.published_db, Threshold.model_validate(threshold), DAY)) == n


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[[alerts]]\nname="a"\nmart="m"\ncolumn="c"\n', "alerts.0.*needs one"),
        ('[[alerts]]\nname="a"\nmart="m"\ncolumn="c"\noperator="or"\nvalue=1\n', "alerts.0.operator"),
        ('[[alerts]]\nname="a"\nmart="m"\ncolumn="c"\nvalue=1\n' * 2, "alerts.*same name"),
        ('[notify]\nwebhook = "http://example.org/x"\n', "notify.webhook.*https"),
        ('[notify]\nwebhook = "https://me:hunter2@example.org/"\n', "notify.webhook.*user"),
        ('[notify]\nsecret = "hunter2"\n', "notify.secret.*TIDEMARK_WEBHOOK_SECRET"),
        ("nightly_at = 05:00:00\n[nightly]\nat = 06:00:00\n", "nightly_at.*leave out"),
    ],
)
def test_wrong_settings_are_named_without_their_secrets(text: str, named: str, tmp_path: Path) -> None:
    (tmp_path / "tidemark.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=named) as error:
        load(tmp_path)
    assert "hunter2" not in str(error.value)


def test_the_old_name_of_the_hour_still_works(tmp_path: Path) -> None:
    (tmp_path / "tidemark.toml").write_text("nightly_at = 05:00:00\n[nightly]\nwait_hours = 1\n", encoding="utf-8")
    nightly = load(tmp_path).nightly
    assert (str(nightly.at), nightly.timezone, nightly.wait_hours) == ("05:00:00", "UTC", 1)


def test_a_row_of_each_mart_says_which_it_is() -> None:
    nodes = json.loads((PROJECT / "target" / "manifest.json").read_text(encoding="utf-8"))["nodes"].values()
    grains = [
        node["test_metadata"]["kwargs"]["grain"].replace('"', "").split(", ")
        for node in nodes
        if node["resource_type"] == "test" and "marts" in node["fqn"] and "grain" in node["test_metadata"]["kwargs"]
    ]
    assert len(grains) > 30
    assert {name for grain in grains for name in grain} - {"day"} <= GRAIN


def test_a_home_without_a_recap_of_the_day_still_tells(settings: Settings, publish: Publish, relay: Relay) -> None:
    publish(2e9)
    shutil.rmtree(settings.paths.recaps)
    tell(settings, DAY)
    assert len(relay.inbox.received) == 1
