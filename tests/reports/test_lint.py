"""What the linter catches: each test breaks one thing."""

import json
import re
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from reports.facts import FactStore
from reports.facts.export import load
from reports.lint import Finding, lint_words, unmatched

Texts = tuple[FactStore, dict[str, object], str, bytes]


@pytest.fixture
def texts(written: tuple[Path, Path]) -> Texts:
    folder = written[1] / "2026-01-31"
    claims = json.loads((folder / "claims.json").read_text(encoding="utf-8"))
    return (
        load(folder / "facts.json"),
        claims,
        (folder / "index.html").read_text(encoding="utf-8"),
        (folder / "email.eml").read_bytes(),
    )


def reworded(claims: dict[str, object], old: str, new: str) -> dict[str, object]:
    """The ledger with one text changed, which must have been there."""
    changed = json.dumps(claims, ensure_ascii=False)
    assert old in changed
    return json.loads(changed.replace(old, new, 1))


def whats(findings: list[Finding]) -> str:
    return "\n".join(map(str, findings))


def test_a_recap_as_written_is_clean(texts: Texts) -> None:
    assert lint_words(*texts) == []


def test_a_changed_number_in_a_claim_is_found(texts: Texts) -> None:
    store, claims, page, mail = texts
    changed = reworded(claims, "At least $2.22B liquidated, 94%", "At least $2.23B liquidated, 94%")
    assert "$2.23B is none of its facts" in whats(lint_words(store, changed, page, mail))


def test_a_headline_that_is_no_claim_is_found(texts: Texts) -> None:
    store, claims, page, mail = texts
    assert "headline is no claim" in whats(lint_words(store, {**claims, "headline": "All is well"}, page, mail))


def test_a_claim_that_the_page_words_otherwise_is_found(texts: Texts) -> None:
    store, claims, page, mail = texts
    changed = page.replace("It then found footing", "It then found firm footing")
    assert changed != page
    assert "claim lead.footing.true: is not on the page" in whats(lint_words(store, claims, changed, mail))


def test_a_number_of_another_claim_is_not_good_enough(texts: Texts) -> None:
    store, claims, page, mail = texts
    assert "is none of its facts" in whats(
        lint_words(store, reworded(claims, "$2.10B of longs", "$788M of longs"), page, mail)
    )


@pytest.mark.parametrize("change", [(">$2.22B<", ">$2.32B<"), (">94%<", ">95%<"), (">ETH<", ">BTC<")])
def test_a_changed_mark_on_the_page_is_found(texts: Texts, change: tuple[str, str]) -> None:
    store, claims, page, mail = texts
    head, mark, tail = page.partition("data-fact=")
    changed = head + mark + tail.replace(*change, 1)
    assert changed != page
    assert "is not how fact" in whats(lint_words(store, claims, changed, mail))


def test_a_number_without_a_mark_must_still_be_a_fact(texts: Texts) -> None:
    store, claims, page, mail = texts
    changed = page.replace("Three takeaways", "Three takeaways and $4.44B", 1)
    assert "page: $4.44B is no fact" in whats(lint_words(store, claims, changed, mail))


def test_a_mark_of_a_fact_that_does_not_exist_is_found(texts: Texts) -> None:
    store, claims, page, mail = texts
    changed = page.replace('data-fact="liquidations_market_daily.total_usd"', 'data-fact="invented"', 1)
    assert "which does not exist" in whats(lint_words(store, claims, changed, mail))


def test_a_changed_number_in_the_mail_is_found(texts: Texts) -> None:
    store, claims, page, mail = texts
    changed = mail.replace(b"$788M", b"$987M", 1)
    assert changed != mail
    assert "mail: $987M is no fact" in whats(lint_words(store, claims, page, changed))


def in_html(mail: bytes, old: str, new: str) -> bytes:
    """The mail with words of its HTML changed once, which must have been there."""
    message = message_from_bytes(mail, policy=policy.default)
    body = message.get_body(("html",))
    assert body is not None
    text = body.get_content()
    assert old in text
    body.set_content(text.replace(old, new, 1), subtype="html")
    return message.as_bytes()


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("$788M, 35%", "$987M, 35%", "mail: $987M is no fact"),
        ("which together hold", "which apart hold", "its HTML has in other words: The liquidations came in"),
        ("ETH saw", "BTC saw", "its HTML has in other words: ETH saw"),
        ('alt="Longs worth', 'alt="Shorts worth', "its HTML has in other words: Longs worth"),
    ],
)
def test_words_of_the_mail_that_are_not_the_ledger_s_are_found(texts: Texts, old: str, new: str, what: str) -> None:
    store, claims, page, mail = texts
    assert what in whats(lint_words(store, claims, page, in_html(mail, old, new)))


def test_a_sentence_that_the_mail_leaves_out_is_no_fault(texts: Texts) -> None:
    store, claims, page, mail = texts
    sentence = next(claim["text"] for claim in claims["claims"] if claim["id"] == "lead.history")
    assert lint_words(store, claims, page, in_html(mail, sentence, "")) == []


def test_what_is_told_of_two_assets_alike_may_be_in_the_mail_of_one(texts: Texts) -> None:
    store, claims, page, mail = texts
    finding = next(
        text for text in re.findall('role="img" aria-label="([^"]*)"', page) if text.startswith("Longs worth")
    )
    other = finding.replace("Longs worth", "Positions worth")
    assert (
        lint_words(store, claims, page.replace("</main>", f'<div role="img" aria-label="{other}"></div></main>'), mail)
        == []
    )


def test_a_subject_that_is_no_claim_is_found(texts: Texts) -> None:
    store, claims, page, mail = texts
    changed = mail.replace(b"94% long", b"94% short", 1)
    assert "its subject is no claim: $2.22B liquidated, 94% short" in whats(lint_words(store, claims, page, changed))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('<th scope="row">ETH</th>', '<th scope="row">BTC</th>', "of ETH stands in the row of BTC"),
        ('<th scope="col">Longs</th>', '<th scope="col">Shorts</th>', "stands under Shorts"),
        (">Open to low</th>", ">Close to close</th>", "stands under Close to close"),
        ("<dt>total_usd</dt><dd>", "<dt>total_usd</dt><dd>1", "says total_usd 1"),
        ("<dt>total_usd</dt>", "<dt>long_usd</dt>", "says long_usd"),
        (
            "<dd>day = 2026-01-31, asset = ETH<",
            "<dd>day = 2026-01-31, asset = BTC<",
            "has another row than day = 2026-01-31, asset = ETH",
        ),
        ("<dt>Coverage</dt><dd>complete", "<dt>Coverage</dt><dd>partial", "has the coverage partial"),
        (">Liquidation orders, Bybit</a>", ">Liquidation orders, OKX</a>", "names the files Liquidation orders, OKX"),
        (">" + "1" * 64 + "<", ">" + "2" * 64 + "<", "is the hash of no dump file"),
    ],
)
def test_a_cell_or_a_sheet_that_is_another_fact_s_is_found(texts: Texts, old: str, new: str, what: str) -> None:
    store, claims, page, mail = texts
    if old.strip("><") == "1" * 64:
        old = f">{store.files[0].sha256}<"
    assert old in page
    assert what in whats(lint_words(store, claims, page.replace(old, new, 1), mail))


def test_a_picture_whose_words_are_not_facts_is_found(texts: Texts) -> None:
    store, claims, page, mail = texts
    changed = page.replace("<figcaption>", "<figcaption>$4.44B. ", 1)
    assert "chart: $4.44B is no fact" in whats(lint_words(store, claims, changed, mail))


def test_a_part_that_is_larger_than_its_whole_is_found(texts: Texts) -> None:
    store, claims, page, mail = texts
    claim = {"id": "x", "place": "lead", "grade": "M", "text": "It covers 25 of 24 hours.", "facts": []}
    assert "says 25 of 24" in whats(lint_words(store, {**claims, "claims": [claim]}, page, mail))


def test_a_cause_is_refused(texts: Texts) -> None:
    store, claims, page, mail = texts
    changed = reworded(claims, "It then found footing", "It fell because of sellers and found footing")
    assert "states a cause: because" in whats(lint_words(store, changed, page, mail))


def test_a_cause_is_refused_in_someone_else_s_words_too(texts: Texts) -> None:
    store, claims, page, mail = texts
    claim = {"id": "why.event.1", "place": "why", "grade": "X", "text": "It fell due to a ruling.", "facts": []}
    found = whats(lint_words(store, {**claims, "claims": [*claims["claims"], claim]}, page, mail))
    assert "claim why.event.1: states a cause: due to" in found


def test_a_verb_against_the_sign_is_found(texts: Texts) -> None:
    store, claims, page, mail = texts
    assert "says" in whats(
        lint_words(store, reworded(claims, "Open interest in BTC fell", "Open interest in BTC rose"), page, mail)
    )


def test_sides_that_do_not_make_the_total_are_found(texts: Texts, tmp_path: Path, written: tuple[Path, Path]) -> None:
    document = json.loads((written[1] / "2026-01-31" / "facts.json").read_text(encoding="utf-8"))
    for fact in document["facts"]:
        if fact["id"] == "liquidations_by_asset_daily.SOL.short_usd":
            fact["value"] += 5e5
    (tmp_path / "facts.json").write_text(json.dumps(document), encoding="utf-8")
    findings = whats(lint_words(load(tmp_path / "facts.json"), *texts[1:]))
    assert "liquidations_by_asset_daily.SOL: long and short do not make the total" in findings


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("$788M", []),
        ("$1,788M", ["$1,788M"]),
        ("$788M, then $788M.", []),
        ("−$788M", ["−$788M"]),
        ("$788.5M", ["$788.5M"]),
        ("the 0G token", []),
        ("10G", ["10G"]),
    ],
)
def test_numbers_are_matched_whole(text: str, left: list[str]) -> None:
    assert unmatched(text, {"$788M", "0G"}) == left


def test_lint_stops_a_recap(publish: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from reports import recap, render
    from tests.reports.published import DAY, Market

    page = render.page
    monkeypatch.setattr(render, "page", lambda *given: page(*given).replace("<main", "<p>$4.44B</p><main"))
    with pytest.raises(recap.LintError, match=r"page: \$4.44B is no fact"):
        recap.write_recap(publish(Market()), tmp_path / "recaps", DAY)
    assert not (tmp_path / "recaps" / DAY.isoformat()).exists()
