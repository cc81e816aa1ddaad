"""What the linter sees in a sentence that was worded against its facts, everywhere alike: in ledger, page and mail."""

import json
import re
from dataclasses import replace

import pytest

from reports.claims import Ledger, judge, wordings
from reports.claims.model import Figure
from reports.expressions import whole
from reports.facts import FactStore
from reports.files import render_files
from reports.lint import lint_words
from reports.sentence import Piece, Sentence


def findings(store: FactStore, ledger: Ledger) -> str:
    files = render_files(store, ledger, ())
    found = lint_words(store, json.loads(files["claims.json"]), files["index.html"].decode(), files["email.eml"])
    return "\n".join(map(str, found))


def reworded(ledger: Ledger, id: str, old: str, new: str) -> Ledger:
    """The ledger with words of one claim changed, which must have been there."""
    claim = next(claim for claim in ledger.claims if claim.id == id)
    parts = tuple(part.replace(old, new) if isinstance(part, str) else part for part in claim.parts)
    assert parts != claim.parts
    return replace(
        ledger, claims=tuple(replace(claim, parts=parts) if claim.id == id else claim for claim in ledger.claims)
    )


def exchanged(ledger: Ledger, id: str, first: str, second: str) -> Ledger:
    """The ledger with two facts of one claim in each other's place."""
    claim = next(claim for claim in ledger.claims if claim.id == id)
    figures = {part.fact.id: part for part in claim.parts if isinstance(part, Figure)}
    swap = {first: figures[second], second: figures[first]}
    parts = tuple(swap.get(part.fact.id, part) if isinstance(part, Figure) else part for part in claim.parts)
    return replace(
        ledger, claims=tuple(replace(claim, parts=parts) if claim.id == id else claim for claim in ledger.claims)
    )


def test_sentences_as_judged_are_clean(event: FactStore) -> None:
    assert findings(event, judge(event)) == ""


@pytest.mark.parametrize(
    ("id", "old", "new", "what"),
    [
        ("headline.one_sided", "fell to", "rose to", "says rose"),
        ("headline.one_sided", "longs", "shorts", "is called short"),
        ("headline.one_sided", "at least", "nearly", "says nearly"),
        ("headline.one_sided", "at least", "less than", "says less than"),
        ("headline.one_sided", "at least ", "", "not said to be a lower bound"),
        ("lead.caps", "fell by", "rose by", "says rose"),
        ("lead.caps", "peak and its trough", "open and its close", "not called so"),
        ("lead.caps", " UTC", " local time", "local time"),
        ("lead.history", "days since", "weeks since", "is a count of days"),
        ("lead.waves", "waves", "hours", "is a count of waves"),
        ("lead.price.BTC", "opened the day at", "closed the day at", "is called as a close"),
        ("lead.price.BTC", ", down ", ", up ", "says up"),
        ("liquidations.largest", "largest", "second largest", "says second largest"),
        ("liquidations.largest_wave", "fell by", "rose by", "says rose"),
        ("liquidations.busiest", "busiest hour", "busiest minute", "not called so"),
        ("takeaway.leaders", "Most was", "Least was", "says Least"),
        ("takeaway.leaders", "followed", "led", "says led"),
        ("takeaway.drawdown", "peak to trough", "open to low", "not called so"),
        ("market_cap.change", "lower than", "higher than", "says higher"),
        ("market_cap.open_to_low", " under the open", " over the open", "says over"),
        ("brunt.slipped.BTC", "fell through", "rose through", "says rose"),
        ("brunt.slipped.BTC", "an hourly close", "a daily close", "does not tell a break by hourly_close"),
        ("brunt.slipped.BTC", "below it", "above it", "says above"),
        ("levels.volatility", "higher than on", "lower than on", "not called so"),
        ("leverage.open_interest", "fell by", "rose by", "says rose"),
        ("leverage.open_interest", " in coin", " in USD", "not called so"),
        ("leverage.funding", "per eight hours", "per four hours", "a number in words"),
        ("leverage.funding", "per eight hours", "per day", "another time than eight hours"),
        ("why.built.BTC", "rose by", "fell by", "says fell"),
        ("brunt.thin", "close to close", "open to close", "says \\bopen to close"),
        ("outlook.range", "closed at", "opened at", "is called as a open"),
        ("outlook.signals", "BTC", "SOL", "names SOL"),
        ("outlook.moves", "lower", "higher", "analogs.n_lower, and not called so"),
        ("outlook.analogs", "at least half", "at most half", "analogs.n_half_again, and not called so"),
        ("why.feedback", "longs", "shorts", "tells turns of longs"),
        ("why.at_level", "support", "resistance", "tells a support otherwise"),
        ("lead.footing.true", "found", "lost", "tells footing otherwise"),
        ("subject.total", " long", " short", "is no share of shorts"),
        ("coverage.orders", "clock hours", "clock days", "is a count of hours"),
        ("coverage.orders", "come from", "come to", "outside of the expression"),
        ("coverage.lower_bound", "lower bound", "higher bound", "outside of the expression"),
        ("coverage.resolution", "exact but", "known and", "not called so"),
        ("lead.liquidations", "cut-off", "start", "outside of the expression"),
        ("lead.liquidations", "up to", "down to", "outside of the expression"),
        ("lead.caps", "hourly data", "daily data", "says daily data"),
        ("lead.waves", "busiest", "quietest", "which no rule holds"),
        ("leverage.flushed", "consistent with", "consistent without", "outside of the expression"),
        ("leverage.open_interest", ", over ", ", under ", "stands beside other words"),
        ("market_cap.lows", "lowest", "highest", "outside of the expression"),
        ("brunt.elevated", "median", "mean", "not called so"),
        ("outlook.range", "over the second", "under the second", "not called so"),
        ("outlook.signals", "days after", "days before", "outside of the expression"),
    ],
)  # fmt: skip
def test_words_against_the_facts_are_found(event: FactStore, id: str, old: str, new: str, what: str) -> None:
    assert what in findings(event, reworded(judge(event), id, old, new))


@pytest.mark.parametrize(
    ("id", "first", "second", "what"),
    [
        ("takeaway.leaders", "liquidations_by_asset_daily.ETH.asset", "liquidations_by_asset_daily.BTC.asset", "stands by the name"),
        ("takeaway.leaders", "liquidations_by_asset_daily.ETH.total_usd", "liquidations_by_asset_daily.BTC.total_usd", "which it is not"),
        ("lead.liquidations", "liquidations_market_daily.long_usd", "liquidations_market_daily.short_usd", "is called long"),
        ("lead.liquidations", "liquidations_market_daily.total_usd", "liquidations_market_daily.long_usd", "lower bound"),
        ("lead.price.BTC", "prices_by_venue_daily.BTC.binance.open_usd", "prices_by_venue_daily.BTC.binance.close_usd", "called as a"),
        ("lead.price.BTC", "prices_by_venue_daily.BTC.binance.low_usd", "prices_by_venue_daily.BTC.binance.high_usd", "each other's place"),
        ("lead.caps", "market_cap_total_daily.all.drawdown_peak_at", "market_cap_total_daily.all.drawdown_trough_at", "each other's place"),
        ("leverage.funding", "leverage_daily.BTC.funding_8h_open", "leverage_daily.BTC.funding_8h_close", "each other's place"),
        ("outlook.moves", "analogs.n_lower", "analogs.n_moves", "each other's place"),
        ("coverage.rows", "files.n", "files.rows_kept", "is a count of"),
        ("coverage.rows", "files.rows_in", "files.rows_kept", "stands where another would"),
        ("brunt.thin", "relative_moves_daily.XRP.return_pct", "relative_moves_daily.XRP.expected_pct", "stands where another would"),
        ("why.built.BTC", "leverage_build_ups.BTC.range_width_pct", "leverage_build_ups.BTC.oi_coin_change_pct", "stands where"),
        ("levels.volatility", "volatility_daily.BTC.realised_volatility", "volatility_daily.BTC.rv_percentile_365d", "stands where"),
        ("outlook.range", "next_levels_daily.BTC.below_usd", "next_levels_daily.BTC.above_usd", "each other's place"),
        ("market_cap.open_to_low", "market_cap_total_daily.all.open_cap_usd", "market_cap_total_daily.all.open_to_low_usd", "called as a"),
    ],
)  # fmt: skip
def test_numbers_in_each_others_place_are_found(event: FactStore, id: str, first: str, second: str, what: str) -> None:
    assert what in findings(event, exchanged(judge(event), id, first, second))


def test_a_number_that_is_no_figure_is_found(event: FactStore) -> None:
    assert "$2.22B is not bound to a fact" in findings(
        event, reworded(judge(event), "lead.history", "Comparable,", "Of $2.22B")
    )


def test_a_sentence_that_differs_from_its_own_claim_is_found(event: FactStore) -> None:
    files = render_files(event, judge(event), ())
    page = files["index.html"].decode().replace("Most was liquidated in", "Least was liquidated in", 1)
    found = lint_words(event, json.loads(files["claims.json"]), page, files["email.eml"])
    assert any("is not what claim takeaway.leaders says" in str(finding) for finding in found)


_SLOTS = {"moved": "fell to", "sides": "longs", "Sides": "Longs", "are": "are", "on": ", on #"}


def test_every_wording_is_made_of_whole_expressions(event: FactStore) -> None:
    """Each is said on one day of seven, so that days drawn at random need not have them all."""
    said = [text for name, texts in vars(wordings).items() if name.isupper() for text in texts]
    assert len(said) > 100
    for text in said:
        filled = re.sub(r"\{[^}]*\}", "#", re.sub(r"\[(\w+)\]", lambda slot: _SLOTS.get(slot[1], "#"), text))
        assert list(whole(Sentence(event, [Piece(filled)], ()))) == [], text
