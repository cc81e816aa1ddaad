import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr

from reports import mail
from reports.deliver import DeliveryError, Receipt, SmtpSettings, addressed, send
from reports.relay import _is_loopback
from reports.sent import Ledger
from tests.mail.relay import PASSWORD, USER, Relay, running

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
READER = "reader@example.org"


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def plain(authority: trustme.CA) -> Iterator[Relay]:
    with running("none", authority) as relay:
        yield relay


def deliver(
    relay: Relay, eml: bytes, folder: Path, *recipients: str, force: bool = False, dry_run: bool = False
) -> Receipt:
    return send(
        eml,
        relay.smtp,
        recipients or (READER,),
        ledger=folder,
        force=force,
        dry_run=dry_run,
        context=relay.context,
        pause=lambda seconds: None,
    )


def statuses(receipt: Receipt) -> list[str]:
    return [outcome.status for outcome in receipt.outcomes]


def test_a_mail_arrives_whole_over_a_plain_connection(
    plain: Relay, eml: bytes, view: mail.MailView, tmp_path: Path
) -> None:
    assert deliver(plain, eml, tmp_path).ok
    ((to, content),) = plain.inbox.received
    message = message_from_bytes(content, policy=policy.default)
    images = [part.get_content() for part in message.walk() if part.get_content_maintype() == "image"]
    assert to == [READER]
    assert (message["To"], message["Subject"]) == (READER, view.subject)
    assert images == [chart.png() for chart in view.charts]
    assert content.split(b"\r\n\r\n", 1)[1] == eml.split(b"\r\n\r\n", 1)[1]


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_mail_arrives_over_tls_after_a_login(tls: str, authority: trustme.CA, eml: bytes, tmp_path: Path) -> None:
    with running(tls, authority, user=USER, password=SecretStr(PASSWORD)) as relay:
        assert statuses(deliver(relay, eml, tmp_path)) == ["accepted"]
        assert len(relay.inbox.received) == 1


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_stops_the_delivery(
    tls: str, authority: trustme.CA, eml: bytes, tmp_path: Path
) -> None:
    with running(tls, authority, user=USER, password=SecretStr(PASSWORD)) as relay:
        relay.context = None
        with pytest.raises(DeliveryError, match="certificate"):
            deliver(relay, eml, tmp_path)
        assert relay.inbox.received == []


def test_a_relay_without_starttls_gets_no_mail_in_the_clear(plain: Relay, eml: bytes, tmp_path: Path) -> None:
    plain.smtp = replace(plain.smtp, tls="starttls")
    with pytest.raises(DeliveryError, match="STARTTLS"):
        deliver(plain, eml, tmp_path)
    assert plain.inbox.received == []


def test_the_password_shows_nowhere(
    authority: trustme.CA, eml: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = "wrong-" + PASSWORD
    with running("starttls", authority, user=USER, password=SecretStr(wrong)) as relay:
        with pytest.raises(DeliveryError, match="535") as raised:
            deliver(relay, eml, tmp_path)
        shown = repr(relay.smtp) + str(relay.smtp) + repr(raised.value) + str(raised.getrepr()) + caplog.text
    assert PASSWORD not in shown
    assert not list(tmp_path.glob("*.jsonl"))


def test_a_password_never_leaves_the_machine_without_tls(eml: bytes, tmp_path: Path) -> None:
    relay = SmtpSettings("smtp.example.org", tls="none", user=USER, password=SecretStr(PASSWORD))
    with pytest.raises(DeliveryError, match="without TLS"):
        send(eml, relay, [READER], ledger=tmp_path, pause=lambda seconds: None)


def test_a_password_goes_to_a_relay_on_this_machine_without_tls() -> None:
    assert [_is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "10.0.0.1", "example.org")] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_the_same_edition_is_sent_once_only(plain: Relay, eml: bytes, tmp_path: Path) -> None:
    first, second = deliver(plain, eml, tmp_path), deliver(plain, eml, tmp_path, READER.upper(), force=True)
    assert (statuses(first), statuses(second)) == (["accepted"], ["sent before"])
    assert second.ok
    assert len(plain.inbox.received) == 1


def test_two_senders_at_once_send_once(plain: Relay, eml: bytes, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(partial(deliver, plain, eml), [tmp_path] * 4))
    assert sorted(status for receipt in receipts for status in statuses(receipt)) == ["accepted", *["sent before"] * 3]
    assert len(plain.inbox.received) == 1


def test_a_new_revision_is_sent(plain: Relay, eml: bytes, second_edition: bytes, tmp_path: Path) -> None:
    assert [statuses(deliver(plain, item, tmp_path)) for item in (eml, second_edition)] == [["accepted"], ["accepted"]]
    assert len(plain.inbox.received) == 2


def test_a_reader_who_joins_later_is_the_only_one_to_get_it(plain: Relay, eml: bytes, tmp_path: Path) -> None:
    deliver(plain, eml, tmp_path)
    assert statuses(deliver(plain, eml, tmp_path, READER, "new@example.org")) == ["sent before", "accepted"]
    assert [to for to, _ in plain.inbox.received] == [[READER], ["new@example.org"]]


def test_nobody_sees_who_else_gets_it(plain: Relay, eml: bytes, tmp_path: Path) -> None:
    deliver(plain, eml, tmp_path, "a@example.org", "b@example.org", "A@example.org")
    assert [to for to, _ in plain.inbox.received] == [["a@example.org"], ["b@example.org"]]
    for (to, content), other in zip(plain.inbox.received, ["b@example.org", "a@example.org"], strict=True):
        assert message_from_bytes(content)["To"] == to[0]
        assert other.encode() not in content


def test_a_temporary_refusal_is_tried_again(plain: Relay, eml: bytes, tmp_path: Path) -> None:
    plain.inbox.rcpt_answers = ["450 greylisted"]
    plain.inbox.data_answers = ["451 try later"]
    assert statuses(deliver(plain, eml, tmp_path)) == ["accepted"]
    assert len(plain.inbox.received) == 1


def test_a_relay_that_stays_busy_is_reported_and_served_by_the_next_call(
    plain: Relay, eml: bytes, tmp_path: Path
) -> None:
    plain.inbox.data_answers = ["451 busy"] * 4
    receipt = deliver(plain, eml, tmp_path)
    assert (statuses(receipt), receipt.ok) == (["deferred"], False)
    assert receipt.outcomes[0].reply == "451 busy"
    assert statuses(deliver(plain, eml, tmp_path)) == ["accepted"]


def test_a_refusal_is_reported_in_the_relay_s_words_and_not_repeated(plain: Relay, eml: bytes, tmp_path: Path) -> None:
    plain.inbox.rcpt_answers = ["550 no such user"]
    receipt = deliver(plain, eml, tmp_path, "gone@example.org", READER)
    assert statuses(receipt) == ["refused", "accepted"]
    assert receipt.outcomes[0].reply == "550 no such user"
    assert receipt.with_status("refused") == ("gone@example.org",)
    assert not receipt.ok


def test_silence_after_the_content_is_unknown_and_repeated_only_by_force(
    plain: Relay, eml: bytes, tmp_path: Path
) -> None:
    plain.inbox.data_answers = ["silence"]
    assert statuses(deliver(plain, eml, tmp_path)) == ["unknown"]
    assert statuses(deliver(plain, eml, tmp_path)) == ["uncertain before"]
    assert len(plain.inbox.received) == 1
    assert statuses(deliver(plain, eml, tmp_path, force=True)) == ["accepted"]


def test_a_sender_killed_between_intent_and_outcome_is_not_repeated(
    plain: Relay, eml: bytes, tmp_path: Path, headers: mail.MailHeaders
) -> None:
    Ledger(tmp_path, headers.edition).record(READER, "started")
    receipt = deliver(plain, eml, tmp_path)
    assert (statuses(receipt), receipt.ok) == (["uncertain before"], False)
    assert plain.inbox.received == []


def test_the_intent_is_on_disk_before_the_relay_hears_of_it(
    plain: Relay, eml: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def spying(self: object, content: bytes, recipient: str) -> tuple[str, str]:
        seen.extend(json.loads(line)["event"] for file in tmp_path.glob("*.jsonl") for line in file.open())
        raise KeyboardInterrupt

    monkeypatch.setattr("reports.relay.Relay.hand_over", spying)
    with pytest.raises(KeyboardInterrupt):
        deliver(plain, eml, tmp_path)
    assert seen == ["started"]


def test_a_line_cut_short_by_a_crash_hides_no_other(tmp_path: Path, headers: mail.MailHeaders) -> None:
    ledger = Ledger(tmp_path, headers.edition)
    ledger.record("first@example.org", "accepted")
    (file,) = tmp_path.glob("*.jsonl")
    with file.open("a") as cut:
        cut.write('{"at": "2026-02-01T06:3')
    ledger.record("next@example.org", "started")
    assert [ledger.state(f"{name}@example.org") for name in ("first", "next")] == ["accepted", "started"]


def test_a_dry_run_connects_to_nothing_and_records_nothing(plain: Relay, eml: bytes, tmp_path: Path) -> None:
    receipt = deliver(plain, eml, tmp_path / "mail", dry_run=True)
    assert (statuses(receipt), receipt.ok) == (["dry run"], True)
    assert plain.inbox.connections == 0
    assert not (tmp_path / "mail").exists()


def test_a_relay_that_is_not_there_is_one_clear_error_and_leaves_no_intent(eml: bytes, tmp_path: Path) -> None:
    waits: list[float] = []
    nowhere = SmtpSettings("127.0.0.1", port=1, tls="none")
    with pytest.raises(DeliveryError, match=r"127\.0\.0\.1:1 \(none\).*refused"):
        send(eml, nowhere, [READER], ledger=tmp_path, pause=waits.append)
    assert len(waits) == 3
    assert not list(tmp_path.glob("*.jsonl"))


@pytest.mark.parametrize("address", ["", "reader", "a@b@c", "a b@c", "a@example.org\r\nRCPT TO:<b@c>", "ä@example.org"])
def test_an_address_that_is_none_is_rejected_before_anything_is_sent(
    plain: Relay, eml: bytes, tmp_path: Path, address: str
) -> None:
    with pytest.raises(mail.MailError):
        deliver(plain, eml, tmp_path, READER, address)
    assert plain.inbox.connections == 0


def test_delivery_sets_its_own_sender_and_keeps_the_rest(eml: bytes) -> None:
    smtp = SmtpSettings("x", sender="Désk <desk@example.org>", reply_to="answers@example.org")
    sent = message_from_bytes(addressed(eml, smtp, READER), policy=policy.default)
    before = message_from_bytes(eml, policy=policy.default)
    assert (sent["From"], sent["Reply-To"], sent["To"]) == ("Désk <desk@example.org>", "answers@example.org", READER)
    for name in ("Subject", "Date", "Message-ID", "X-Tidemark-Edition", "Content-Type", "List-Unsubscribe"):
        assert sent.get_all(name) == before.get_all(name)
    assert len(sent.get_all("From", [])) == 1


def test_a_sender_with_a_line_break_is_rejected(eml: bytes) -> None:
    with pytest.raises(mail.MailError, match="From has a line break"):
        addressed(eml, SmtpSettings("x", sender="a@example.org\r\nBcc: b@example.org"), READER)


def test_the_ledger_is_the_owner_s_alone(plain: Relay, eml: bytes, tmp_path: Path) -> None:
    deliver(plain, eml, tmp_path / "mail")
    (file,) = (tmp_path / "mail").glob("*.jsonl")
    assert file.stat().st_mode & 0o077 == 0
    assert file.name == "2026-01-31.daily.r1.jsonl"
