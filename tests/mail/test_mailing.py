"""The settings' lists, as `tidemark send` and the nightly run serve them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from orchestration.mailing import MailingError, send_recap
from orchestration.settings import Settings, SettingsError, load
from reports.recap import write_recap
from tests.mail.relay import Relay, running
from tests.reports.published import DAY, Market

_LISTS = """
[mail]
host = "127.0.0.1"
port = {port}
tls = "none"
to = ["desk@example.org"]

[[mail.lists]]
name = "berlin"
recipients = ["berlin@example.org"]
timezone = "Europe/Berlin"
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    write_recap(Market().write(home / "tidemark.duckdb"), home / "recaps", DAY)
    return home


@pytest.fixture
def relay() -> Iterator[Relay]:
    with running("none", trustme.CA()) as relay:
        yield relay


@pytest.fixture
def settings(home: Path, relay: Relay, tmp_path: Path) -> Settings:
    (tmp_path / "recaps").symlink_to(home / "recaps")
    (tmp_path / "tidemark.toml").write_text(_LISTS.format(port=relay.smtp.port), encoding="utf-8")
    return load(tmp_path)


def test_every_list_is_served_and_told_of(settings: Settings, relay: Relay) -> None:
    assert send_recap(settings, DAY) == "2026-01-31: daily: sent to 1; berlin: sent to 1"
    assert send_recap(settings, DAY) == (
        "2026-01-31: daily: sent to 0, 1 had it before; berlin: sent to 0, 1 had it before"
    )
    assert [to for to, _ in relay.inbox.received] == [["desk@example.org"], ["berlin@example.org"]]


def test_one_list_can_be_chosen(settings: Settings, relay: Relay) -> None:
    assert send_recap(settings, DAY, list_name="berlin") == "2026-01-31: berlin: sent to 1"
    with pytest.raises(SettingsError, match="no list is called paris"):
        send_recap(settings, DAY, list_name="paris")


def test_a_list_that_fails_keeps_no_other_from_its_mail(settings: Settings, relay: Relay) -> None:
    relay.inbox.rcpt_answers = ["550 no such user"]
    with pytest.raises(MailingError, match=r"daily: desk@example\.org: refused 550 no such user.*berlin: sent to 1"):
        send_recap(settings, DAY)
    assert [to for to, _ in relay.inbox.received] == [["berlin@example.org"]]


def test_a_doubtful_mail_is_told_of_until_it_is_sent_again(settings: Settings, relay: Relay) -> None:
    relay.inbox.data_answers = ["silence"]
    for _ in range(2):
        with pytest.raises(MailingError, match=r"desk@example\.org: (unknown|uncertain).*tidemark send --again"):
            send_recap(settings, DAY, list_name="daily")
    assert send_recap(settings, DAY, list_name="daily", force=True) == "2026-01-31: daily: sent to 1"
