"""What lists get of a day: once, in their own time, and again only when the facts are others."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme

from reports import letter, mail
from reports.deliver import Receipt
from reports.post import MailingList, post
from reports.recap import write_recap
from reports.revisions import forget
from tests.mail.killed import STEPS
from tests.mail.relay import Relay, running
from tests.reports.published import DAY, Market

DESK = MailingList("daily", ["reader@example.org"])
_LATER = {"ETH": 1.35e9, "BTC": 7.4e8, "SOL": 1.9e8, "XRP": 6.7e7, "DOGE": 1.3e7}


@pytest.fixture(scope="session")
def tellings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same day told first, told again with a later dump's orders, and told for simulated data."""
    folder = tmp_path_factory.mktemp("tellings")
    markets = {"first": Market(), "later": Market(longs=_LATER), "simulated": Market(longs=_LATER, simulated=True)}
    return {
        name: write_recap(market.write(folder / name / "tidemark.duckdb"), folder / name / "recaps", DAY).folder
        for name, market in markets.items()
    }


@pytest.fixture
def relay() -> Iterator[Relay]:
    with running("none", trustme.CA()) as relay:
        yield relay


def posted(relay: Relay, recap: Path, ledger: Path, to: MailingList = DESK, force: bool = False) -> Receipt:
    return post(recap, to, relay.smtp, ledger, force=force)


def received(relay: Relay) -> list[EmailMessage]:
    return [message_from_bytes(content, policy=policy.default) for _, content in relay.inbox.received]


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_the_first_copy_is_the_mail_on_disk(relay: Relay, tellings: dict[str, Path], tmp_path: Path) -> None:
    posted(relay, tellings["first"], tmp_path)
    ((_, content),) = relay.inbox.received
    eml = (tellings["first"] / "email.eml").read_bytes()
    assert content.split(b"\r\n\r\n", 1)[1] == eml.split(b"\r\n\r\n", 1)[1]


def test_the_same_facts_are_not_mailed_again_though_told_again(
    relay: Relay, tellings: dict[str, Path], tmp_path: Path
) -> None:
    posted(relay, tellings["first"], tmp_path / "mail")
    again = shutil.copytree(tellings["first"], tmp_path / "again" / str(DAY))
    (again / "email.eml").write_bytes((again / "email.eml").read_bytes() + b"\r\n")
    receipt = posted(relay, again, tmp_path / "mail")
    assert (receipt.edition.revision, receipt.with_status("sent before")) == (1, ("reader@example.org",))
    assert len(relay.inbox.received) == 1


def test_other_facts_are_a_correction_that_says_what_changed_first(
    relay: Relay, tellings: dict[str, Path], tmp_path: Path
) -> None:
    for name in ("first", "later", "later"):
        posted(relay, tellings[name], tmp_path)
    first, second = received(relay)
    text, html = body(second, "plain"), body(second, "html")
    assert str(second["Subject"]).startswith("Corrected: ")
    assert str(second["Subject"]).endswith("· 31 Jan 2026")
    assert len(second["Subject"]) <= 60
    assert text.startswith("Correction, revision 2: this replaces the mail of 31 January 2026 sent")
    total = "liquidations market: total: $2.22B → $2.48B"
    assert total in " ".join(text.split("\n\n")[0].split())
    assert total in html
    assert html.index("Correction, revision 2") < html.index("<h1")
    assert re.search(r"And \d+ more, all in facts\.json\.", text)
    assert "Correct" not in body(first, "plain") + body(first, "html")
    assert first["Message-ID"] != second["Message-ID"]


_LONG_AFTER = datetime(2026, 4, 1, tzinfo=UTC)


def forgotten(ledger: Path, sent: datetime) -> str:
    """All that is kept when records of days before April go, and these were written then."""
    for path in ledger.iterdir():
        os.utime(path, (sent.timestamp(), sent.timestamp()))
    forget(ledger, _LONG_AFTER)
    return "\n".join([*(path.name for path in ledger.iterdir()), *(path.read_text() for path in ledger.iterdir())])


def test_nobody_gets_a_day_twice_whose_record_went_nor_a_correction_and_who_is_new_gets_it(
    relay: Relay, tellings: dict[str, Path], tmp_path: Path
) -> None:
    for name in ("first", "later"):
        posted(relay, tellings[name], tmp_path)
    for _ in range(2):
        kept = forgotten(tmp_path, datetime(2026, 2, 1, tzinfo=UTC))
        assert "reader" not in kept
        assert "facts" not in kept
        for name in ("later", "first", "later"):
            assert posted(relay, tellings[name], tmp_path).with_status("sent before") == ("reader@example.org",)
    assert len(relay.inbox.received) == 2
    receipt = posted(
        relay, tellings["later"], tmp_path, MailingList("daily", ["Reader@example.org", "new@example.org"])
    )
    assert (receipt.edition.revision, receipt.with_status("accepted")) == (2, ("new@example.org",))


def test_a_mail_that_may_have_arrived_is_still_doubtful_when_its_record_went(
    relay: Relay, tellings: dict[str, Path], tmp_path: Path
) -> None:
    relay.inbox.data_answers = ["silence"]
    posted(relay, tellings["first"], tmp_path)
    forgotten(tmp_path, datetime(2026, 2, 1, tzinfo=UTC))
    assert posted(relay, tellings["first"], tmp_path).with_status("uncertain before") == ("reader@example.org",)
    assert posted(relay, tellings["first"], tmp_path, force=True).ok
    assert "reader" not in forgotten(tmp_path, datetime(2026, 2, 1, tzinfo=UTC))
    assert posted(relay, tellings["first"], tmp_path, force=True).with_status("sent before") == ("reader@example.org",)


def test_the_record_of_an_old_day_that_was_sent_lately_stays(
    relay: Relay, tellings: dict[str, Path], tmp_path: Path
) -> None:
    posted(relay, tellings["first"], tmp_path)
    assert "reader@example.org" in forgotten(tmp_path, _LONG_AFTER)
    assert posted(relay, tellings["later"], tmp_path).edition.revision == 2


def test_a_correction_of_a_correction_tells_from_the_last_one(
    relay: Relay, tellings: dict[str, Path], tmp_path: Path
) -> None:
    receipts = [posted(relay, tellings[name], tmp_path) for name in ("first", "later", "first")]
    assert [receipt.edition.revision for receipt in receipts] == [1, 2, 3]
    assert "total: $2.48B → $2.22B" in " ".join(body(received(relay)[-1], "plain").split())


def test_a_mail_that_nobody_got_is_not_corrected(relay: Relay, tellings: dict[str, Path], tmp_path: Path) -> None:
    relay.inbox.data_answers = ["554 no"]
    assert not posted(relay, tellings["first"], tmp_path).ok
    assert posted(relay, tellings["later"], tmp_path).edition.revision == 1
    assert not str(received(relay)[0]["Subject"]).startswith("Corrected")


def test_who_joins_after_a_correction_gets_the_same_correction(
    relay: Relay, tellings: dict[str, Path], tmp_path: Path
) -> None:
    for name, recipients in (("first", ["a@example.org"]), ("later", ["a@example.org"]), ("later", ["b@example.org"])):
        posted(relay, tellings[name], tmp_path, MailingList("daily", recipients))
    _, second, third = received(relay)
    assert (body(second, "plain"), second["Subject"]) == (body(third, "plain"), third["Subject"])


def test_each_list_has_its_own_clock_leave_and_revisions(
    relay: Relay, tellings: dict[str, Path], tmp_path: Path
) -> None:
    posted(relay, tellings["first"], tmp_path)
    berlin = MailingList("berlin", DESK.recipients, "mailto:stop@example.org", "Europe/Berlin")
    assert posted(relay, tellings["later"], tmp_path, berlin).edition.revision == 1
    desk, other = received(relay)
    assert (desk["List-Unsubscribe"], other["List-Unsubscribe"]) == (None, "<mailto:stop@example.org>")
    assert "berlin" in other["List-Id"]
    for kind in ("plain", "html"):
        assert "cut-off 00:00 UTC on 1 Feb 2026 (01:00 CET)" in " ".join(body(other, kind).split())
        assert "CET" not in body(desk, kind)


def test_a_correction_is_a_whole_mail_with_its_pictures(
    relay: Relay, tellings: dict[str, Path], tmp_path: Path
) -> None:
    for name in ("first", "later"):
        posted(relay, tellings[name], tmp_path)
    second = received(relay)[-1]
    assert not [part.defects for part in second.walk() if part.defects]
    assert [part.get_content_type() for part in second.iter_parts()] == ["text/plain", "multipart/related"]
    images = {part["Content-ID"] for part in second.walk() if part.get_content_maintype() == "image"}
    html = body(second, "html")
    assert {f"<{cid}>" for cid in re.findall(r'src="cid:([^"]+)"', html)} == images
    assert not re.search(r"https?:|data:\w|<script|<link", html.replace("<!doctype", ""))
    assert len(html.encode()) < mail.HTML_LIMIT
    assert max(map(len, body(second, "plain").splitlines())) <= 72


@pytest.mark.parametrize("name", ["first", "later", "simulated"])
def test_a_day_s_mail_keeps_to_what_clients_bear(tellings: dict[str, Path], name: str) -> None:
    message = message_from_bytes((tellings[name] / "email.eml").read_bytes(), policy=policy.default)
    html = body(message, "html")
    assert re.fullmatch(r"(?=.{1,60}$).*\$\d.* · 31 Jan 2026", message["Subject"])
    assert len(html.encode()) < 40_000
    assert not re.search(r"https?:|data:\w|<script|<link", html.replace("<!doctype", ""))
    alts = re.findall(r'<img[^>]* alt="([^"]*)"', html)
    assert len(alts) == 4
    assert all(re.search(r"\d", alt) for alt in alts)


@pytest.mark.parametrize("step", STEPS)
def test_a_sender_killed_at_any_step_never_sends_twice(
    relay: Relay, tellings: dict[str, Path], tmp_path: Path, step: str
) -> None:
    arguments = [step, str(tellings["first"]), str(tmp_path / "mail"), str(relay.smtp.port)]
    child = subprocess.run([sys.executable, "-m", "tests.mail.killed", *arguments], check=False, timeout=60)
    assert child.returncode == -9
    receipt = posted(relay, tellings["first"], tmp_path / "mail")
    is_doubtful = step in ("after the intent", "after the relay's yes")
    assert receipt.ok is not is_doubtful
    assert receipt.edition.revision == 1
    assert len(relay.inbox.received) == (0 if step == "after the intent" else 1)
    if is_doubtful:
        assert receipt.with_status("uncertain before") == ("reader@example.org",)
        assert posted(relay, tellings["first"], tmp_path / "mail", force=True).ok


def test_a_doubtful_first_mail_is_followed_by_a_correction(
    relay: Relay, tellings: dict[str, Path], tmp_path: Path
) -> None:
    relay.inbox.data_answers = ["silence"]
    posted(relay, tellings["first"], tmp_path)
    receipt = posted(relay, tellings["later"], tmp_path)
    assert (receipt.ok, receipt.edition.revision) == (True, 2)


@pytest.mark.parametrize("longest", ["x" * 80, "Simulated: $2.56B liquidated, 94% long, and more words to come here"])
def test_a_subject_that_is_too_long_keeps_its_day_and_no_half_a_clause(longest: str) -> None:
    short = letter.shortened(f"{longest} · 31 Jan 2026")
    assert len(short) <= 60
    assert short.endswith(" · 31 Jan 2026")


def test_a_corrected_subject_drops_a_clause_and_not_half_of_one() -> None:
    subject = "Corrected: Simulated: $2.56B liquidated, 94% long · 31 Jan 2026"
    assert letter.shortened(subject) == "Corrected: Simulated: $2.56B liquidated · 31 Jan 2026"
