"""Four hundred and more drawn days: each can be told, in clean words, and no two leads of a week are of one pattern.

Without charts, which take ten times as long as all the rest; a sample is written with them.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import duckdb
import pytest

from reports import claims
from reports.claims import Ledger
from reports.claims.model import Claim
from reports.facts import FactStore, gather
from reports.facts.export import load
from reports.files import pictures, read, render_files
from reports.lint import lint
from reports.recap import compose, write_recap
from reports.verify.anew import redrawn, refound
from tests.reports import days

_RUNS: dict[str, tuple[str, ...]] = {
    **{regime: (regime,) * 24 for regime in days.REGIMES},
    **{f"mixed {seed}": tuple(days.REGIMES[(seed * 7 + n * n + n // 3) % len(days.REGIMES)] for n in range(28)) for seed in range(6)},
}  # fmt: skip
"""One regime day after day, and all of them mixed: 408 days."""
_NEVER = {
    "not a number": r"\b(?:None|nan|NaN|inf|Infinity|null|undefined)\b",
    "a zero that was rounded": r"[−-](?:\$?0(?:\.0+)?[KMBT%]?)(?![\d.,])",
    "no dollars": r"\$0(?![\d.])",
    "a plural of one": r"(?<![\d.,])1 (?!aggregator|was|is|has)(?:(?:dump|earlier|more|other|clock|whole) )?[a-z]+s\b",
    "one are": r"(?<![\d.,])1 (?:\w+ )?(?:are|were|have)\b",
    "a move by nothing": r"\b(?:up|down|by|or|fell|rose|change of) (?:\$0|0\.0%)(?![\d.])",
    "a singular of many": r"\b(?:\d*[02-9]|\d*1\d|\d+1) (?:venue|hour|asset|coin|wave|instrument)\b(?! ?h)",
    "an empty gap": r" [,.;:](?:\s|$)|\(\s*\)|,\s*,|\.\.|  ",
    "an unfilled slot": r"[{}]",
}

_ANYWHERE = ("not a number", "a zero that was rounded", "an unfilled slot")
"""What no table says either; a table may state a zero that was measured."""


def test_there_are_at_least_four_hundred_days() -> None:
    assert sum(map(len, _RUNS.values())) >= 400


@pytest.mark.parametrize("name", _RUNS)
def test_each_day_is_told_cleanly(name: str, tmp_path: Path) -> None:
    drawn = days.write(tmp_path / "tidemark.duckdb", _RUNS[name], date(2025, 3, 1), seed=list(_RUNS).index(name))
    wrong: list[str] = []
    ledgers: list[Ledger] = []
    with duckdb.connect(str(tmp_path / "tidemark.duckdb"), read_only=True, config={"threads": 1}) as db:
        for day in drawn:
            store = gather(db, day)
            ledgers.append(claims.judge(store))
            wrong += [f"{day} {complaint}" for complaint in _complaints(store, ledgers[-1])]
    wrong += [f"{drawn[at]} {complaint}" for at, complaint in _repeats(ledgers)]
    assert wrong == []


@pytest.mark.parametrize(
    ("regime", "own"),
    [
        ("new_shorts", "new_positions"),
        ("rally_without_leverage", "rally_without_leverage"),
        ("drawdown_without_liquidations", "drawdown_without_liquidations"),
    ],
)
def test_a_day_that_price_and_positions_tell_has_a_headline_of_its_own(regime: str, own: str, tmp_path: Path) -> None:
    drawn = days.write(tmp_path / "tidemark.duckdb", (regime,) * 12, date(2025, 3, 1), seed=5)
    with duckdb.connect(str(tmp_path / "tidemark.duckdb"), read_only=True, config={"threads": 1}) as db:
        heads = [claims.judge(gather(db, day)).one("headline") for day in drawn]
    assert [head for head in heads if head.id == f"headline.{own}"]


@pytest.mark.parametrize(
    ("regime", "own"),
    [("rally_without_leverage", "lead.positions"), ("drawdown_without_liquidations", "lead.liquidations_little")],
)
def test_a_day_that_is_told_by_its_price_leads_with_it(regime: str, own: str, tmp_path: Path) -> None:
    drawn = days.write(tmp_path / "tidemark.duckdb", (regime,) * 12, date(2025, 3, 1), seed=5)
    with duckdb.connect(str(tmp_path / "tidemark.duckdb"), read_only=True, config={"threads": 1}) as db:
        leads = [claims.judge(gather(db, day)).said("lead") for day in drawn]
    assert all(lead[0].id.startswith("lead.price") for lead in leads)
    assert [lead for lead in leads if own in {claim.id for claim in lead}]


def _complaints(store: FactStore, ledger: Ledger) -> list[str]:
    files = compose(store, ledger, ())
    again = render_files(store, claims.judge(store), ())
    page = files["index.html"].decode()
    found = [f"{name} differs when made again" for name in files if files[name] != again[name]]
    for claim in ledger.claims:
        found += [f"{claim.id}: {what}: {claim.text}" for what in _unclean(claim.text, *_NEVER)]
    for text in (*_texts(page), *_texts_of_mail(files["email.eml"])):
        found += [f"{what}: {text[:80]}" for what in _unclean(text, *_ANYWHERE)]
    found += [f"empty section: {section[:60]}" for section in _empty(page)]
    takeaways = len(ledger.said("takeaway"))
    found += ["says three takeaways"] * (takeaways != 3 and "hree takeaways" in page)
    found += ["no takeaway"] * (takeaways == 0) + ["no lead"] * (not ledger.said("lead"))
    return found


def _unclean(text: str, *kinds: str) -> list[str]:
    return [kind for kind in kinds if re.search(_NEVER[kind], text)]


def _texts(html: str) -> list[str]:
    told = re.sub(r"(?s)<(details|nav)[^>]*data-ledger.*?</\1>|<style.*?</style>", "", html)
    return [" ".join(text.split()) for text in re.findall(r">([^<>]+)<", told) if text.strip()]


def _texts_of_mail(eml: bytes) -> list[str]:
    message = message_from_bytes(eml, policy=policy.default)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    return [str(message["Subject"]), *plain.get_content().splitlines(), *_texts(html.get_content())]


def _empty(page: str) -> list[str]:
    """Sections with nothing under their heading."""
    sections = re.findall(r"(?s)<section[^>]*>(.*?)</section>|<div class=\"lead\">(.*?)</div>", page)
    return [" ".join(text) for text in sections if not re.search(r"<(?:p|li|td|figure)\b", "".join(text))]


def _repeats(ledgers: Sequence[Ledger]) -> Iterator[tuple[int, str]]:
    """Headlines and first sentences of a lead that follow the pattern of one of the six days before."""
    for place in ("headline", "lead"):
        patterns = [_pattern(ledger.said(place)[0]) for ledger in ledgers]
        for at, pattern in enumerate(patterns):
            if pattern in patterns[max(0, at - 6) : at]:
                yield at, f"{place} of the pattern of a day of the week before: {pattern}"


def _pattern(claim: Claim) -> str:
    return "".join(part if isinstance(part, str) else "#" for part in claim.parts)


def test_a_sample_is_written_with_charts_and_verified_clean(tmp_path: Path) -> None:
    drawn = days.write(tmp_path / "tidemark.duckdb", days.REGIMES, date(2025, 3, 1), seed=99)
    for day in drawn:
        recap = write_recap(tmp_path / "tidemark.duckdb", tmp_path / "recaps", day, refresh=False)
        texts = _texts(recap.page.read_text(encoding="utf-8"))
        assert [(text, what) for text in texts for what in _unclean(text, *_ANYWHERE)] == []
        with duckdb.connect(str(tmp_path / "tidemark.duckdb"), read_only=True, config={"threads": 1}) as db:
            store = load(recap.folder / "facts.json")
            found = read(recap.folder)
            assert [*refound(db, store), *redrawn(db, store, pictures(found)), *lint(store, found)] == []
