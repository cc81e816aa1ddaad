"""What may be said of which day, and that the rest keeps silent with a reason."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from reports.claims import Ledger, judge
from reports.claims.model import Draft, Gate, above, decide
from reports.facts import Fact, FactStore, gather
from reports.verify.derived import derived
from tests.reports.golden import FOLDER, told
from tests.reports.published import DAY, MARKETS, Market

Facts = Callable[[Market], FactStore]


def text(ledger: Ledger) -> str:
    """Everything that is said."""
    return "\n".join(claim.text for claim in ledger.claims if claim.said)


@pytest.mark.parametrize("name", sorted(MARKETS))
def test_each_regime_says_what_was_agreed(name: str, facts: Facts) -> None:
    assert told(facts(MARKETS[name])) == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def test_a_venue_whose_sides_run_against_the_price_is_named_in_the_coverage(tmp_path: Path, facts: Facts) -> None:
    path = tmp_path / "published.duckdb"
    MARKETS["event"].write(path)
    with duckdb.connect(str(path)) as db:
        rows = [
            ("bybit", "ETH", -0.079, 0.06, 5e8, False),
            ("bybit", "XRP", -0.06, 0.1, 1e8, False),
            ("okx", "ETH", -0.079, 0.9, 1e8, True),
        ]
        for venue, asset, move, share, usd, passes in rows:
            db.execute(
                "insert into marts.side_guard_daily values (?, ?, ?, ?, ?, 90, ?, ?)",
                [DAY, venue, asset, move, share, usd, passes],
            )
        found = [
            claim.text for claim in judge(gather(db, DAY)).said("coverage") if claim.id.startswith("coverage.sides")
        ]
    assert found == [
        "Of the $500M that Bybit reported in ETH, 6.0% was long, while its price fell by 7.9%: "
        "sides that do not follow the price, so the sides of this venue are in doubt."
    ]


def test_a_missing_fact_silences_its_sentence_and_is_named(event: FactStore) -> None:
    draft = Draft(
        "x",
        "lead",
        "M",
        ["{total} and {other}"],
        {"total": event["liquidations_market_daily.total_usd"], "other": None},
    )
    claim = decide(draft, 0)
    assert (claim.text, claim.reason) == ("", "not measured: other")


def test_a_false_gate_keeps_its_condition_as_the_reason(event: FactStore) -> None:
    total = event["liquidations_market_daily.total_usd"]
    claim = decide(Draft("x", "lead", "M", ["{total}"], {"total": total}, [above("total", 1e12)]), 0)
    assert not claim.said
    assert claim.reason == "does not hold: total at least 1e+12"


def test_a_wording_that_holds_is_chosen_by_the_seed_alone(event: FactStore) -> None:
    draft = Draft("x", "lead", "M", ["a", "b", "c"], {}, [Gate("always", lambda _: True)])
    assert [decide(draft, seed).text for seed in range(4)] == ["a", "b", "c", "a"]


def test_no_headline_pattern_of_a_flush_returns_within_a_week(facts: Facts) -> None:
    market = MARKETS["event"]
    days = [replace(market, day=date(2026, 1, 25) + timedelta(days=n)) for n in range(7)]
    heads = [judge(facts(day)).one("headline").text for day in days]
    assert len(set(heads)) == 7


def test_every_number_of_a_claim_is_a_figure(facts: Facts) -> None:
    for market in MARKETS.values():
        for claim in judge(facts(market)).claims:
            assert not re.search(r"\d", "".join(part for part in claim.parts if isinstance(part, str))), claim.text


def test_an_aggregator_is_named_and_no_venue_is_claimed(facts: Facts) -> None:
    ledger = judge(facts(MARKETS["aggregated"]))
    assert ledger.one("headline").text == "BTC liquidations of at least $299M, 92% long, in CoinGlass' aggregate"
    lead = ledger.said("lead")[0].text
    assert "CoinGlass' aggregate" in lead
    assert "which exchanges it adds up is not stated" in lead
    assert "order-level liquidations were not covered" in text(ledger)
    assert "Liquidations of assets other than BTC were not covered" in text(ledger)


def test_two_assets_are_never_the_total_market(facts: Facts) -> None:
    said = text(judge(facts(MARKETS["aggregated"])))
    assert "otal market cap" not in said
    assert "BTC and ETH together" in said


def test_three_covered_hours_are_said_first_and_the_others_are_not_called_calm(facts: Facts) -> None:
    ledger = judge(facts(MARKETS["impaired"]))
    assert "3 of 24 hours" in ledger.one("headline").text
    first = [ledger.said(place)[0].text for place in ("takeaway", "lead")]
    assert all("3 of 24 clock hours" in text for text in first)
    assert first[0] != first[1]
    assert not re.search(r"\b(calm|quiet|busiest|only hours|little)\b", text(ledger), re.IGNORECASE)


def test_weak_coverage_is_written_with_two_digits(facts: Facts) -> None:
    assert "at least $4.0M liquidated" in judge(facts(MARKETS["impaired"])).one("headline").text


def test_a_day_without_a_liquidation_source_says_so_before_anything_else(facts: Facts) -> None:
    ledger = judge(facts(MARKETS["uncovered"]))
    assert ledger.regime.is_impaired
    assert "liquidations were not covered" in ledger.one("headline").text
    assert ledger.said("takeaway")[0].text.startswith("Liquidations were not covered")
    assert not re.search(r"\$0\b", text(ledger))


def test_liquidations_that_were_read_and_not_counted_are_not_called_absent(facts: Facts) -> None:
    ledger = judge(facts(replace(MARKETS["uncovered"], venues={"okx": 1.0})))
    assert "not known" in ledger.said("takeaway")[0].text
    assert not re.search(r"no source|No liquidation was reported|\$0\b", text(ledger))


def test_an_inference_hedges(event: FactStore) -> None:
    inferred = [claim for claim in judge(event).claims if claim.grade == "I" and claim.said]
    assert inferred
    assert all(re.search("consistent with|points to", claim.text) for claim in inferred)


def test_an_editorial_sentence_has_no_number(facts: Facts) -> None:
    for market in MARKETS.values():
        said = [claim for claim in judge(facts(market)).claims if claim.grade == "E" and claim.said]
        assert not any(re.search(r"\d", claim.text) for claim in said)


@pytest.mark.parametrize("name", sorted(MARKETS))
def test_the_subject_is_short_and_has_a_number_and_the_date(name: str, facts: Facts) -> None:
    subject = judge(facts(MARKETS[name])).one("subject").text
    assert len(subject) <= 60
    assert subject.endswith("31 Jan 2026")
    assert re.search(r"\d", subject.split("·")[0])


def test_three_takeaways_on_an_event_day(event: FactStore) -> None:
    assert len(judge(event).said("takeaway")) == 3


def test_the_first_mention_names_window_cutoff_and_number_of_venues(event: FactStore) -> None:
    first = judge(event).said("lead")[0].text
    assert all(words in first for words in ("31 January 2026", "24:00 UTC", "3 venues", "at least"))


@pytest.mark.parametrize("name", ["event", "squeeze", "two_sided", "quiet"])
def test_the_place_among_the_days_before_is_told_once(name: str, facts: Facts) -> None:
    ledger = judge(facts(MARKETS[name]))
    told = " ".join(claim.text for place in ("takeaway", "lead") for claim in ledger.said(place))
    assert told.count("second largest") == 1
    assert "84 days since 9 November 2025" in told


def test_footing_is_said_of_the_fall_before_it(event: FactStore) -> None:
    lead = [claim.id for claim in judge(event).said("lead")]
    assert lead.index("lead.footing.true") == lead.index("lead.caps") + 1


def test_a_claims_facts_are_those_that_it_prints(event: FactStore) -> None:
    claim = judge(event).one("headline")
    printed = [part.fact for part in claim.parts if not isinstance(part, str)]
    assert printed
    assert all(fact in claim.facts for fact in printed)
    assert all(isinstance(fact, Fact) for fact in claim.facts)


def test_instruments_that_the_day_before_had_are_missed_by_name(
    publish: Callable[[Market], Path], tmp_path: Path
) -> None:
    published = shutil.copyfile(publish(MARKETS["event"]), tmp_path / "tidemark.duckdb")
    rows = [("binance", "candles", "SOLUSDT"), ("binance", "candles", "XRPUSDT"), ("bybit", "open_interest", "BTCUSDT")]
    with duckdb.connect(str(published)) as db:
        db.executemany("insert into marts.absent_instruments select $4, $1, $2, $3", [[*row, DAY] for row in rows])
        said = [
            claim.text for claim in judge(gather(db, DAY)).said("coverage") if claim.id.startswith("coverage.absent")
        ]
    assert said == [
        "Binance had prices of 2 more instruments the day before, such as SOLUSDT: files are missing, or they were delisted.",
        "Bybit had open interest of 1 more instrument the day before, BTCUSDT: a file is missing, or it was delisted or expired.",
    ]


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (17, "A wave of liquidations began at 16:42 UTC, 17 minutes after BTC went through $78,000."),
        (0, "A wave of liquidations began at 16:42 UTC, in the minute in which BTC went through $78,000."),
        (31, None),
        (-1, None),
    ],
)
def test_a_break_and_the_wave_that_followed_it_closely_are_told_together(
    minutes: int, said: str | None, publish: Callable[[Market], Path], tmp_path: Path
) -> None:
    published = shutil.copyfile(publish(MARKETS["event"]), tmp_path / "tidemark.duckdb")
    broke_at = datetime(2026, 1, 31, 16, 42) - timedelta(minutes=minutes)
    level = (DAY, "BTC", "round 78000", 78000.0, "round number", "support", broke_at, "touch", True, 77000.0)
    with duckdb.connect(str(published)) as db:
        db.execute(f"insert into marts.level_breaks values ({', '.join('?' * len(level))})", level)
        store = gather(db, DAY)
        found = [claim.text for claim in judge(store).said("why") if claim.id == "why.cascade"]
        checks = [check for check in derived(db, store) if check.id.startswith("cascade.")]
    assert found == ([said] if said else [])
    assert [check.found for check in checks] == [check.said for check in checks]
    assert len(checks) == (4 if said else 0)


@pytest.mark.parametrize(
    ("market", "change", "told", "never"),
    [
        ("event", "update marts.level_breaks set reclaimed = true, break_kind = 'hourly_close'", "and won it back later", "gave it back"),
        ("uncovered", "update marts.level_breaks set side = 'resistance', reclaimed = true", "and gave it back later", "won it back"),
        ("event", "update marts.volatility_daily set rv_percentile_365d = 1", "98%, the highest of the 84 days known before", " on 100%"),
        ("event", "update marts.volatility_daily set rv_percentile_365d = 0.997", "higher than on nearly all of the 84 days", " on 100%"),
        ("event", "update marts.leverage_daily set oi_percentile = 0.997", "at or above its level on nearly all of them", " on 100%"),
        ("event", "update marts.liquidation_waves set total_usd = total_usd / 9", "2 waves stand out, busiest at", "came in 2 waves"),
        ("event", "delete from marts.level_breaks", "Elevated, against the median", "Elevated too"),
        ("event", "delete from marts.next_levels_daily", "would confirm the break", "nearest levels on both sides"),
    ],
)  # fmt: skip
def test_a_sentence_is_worded_as_the_facts_are(
    market: str, change: str, told: str, never: str, publish: Callable[[Market], Path], tmp_path: Path
) -> None:
    published = shutil.copyfile(publish(MARKETS[market]), tmp_path / "tidemark.duckdb")
    with duckdb.connect(str(published)) as db:
        db.execute(change)
        said = text(judge(gather(db, DAY)))
    assert told in said
    assert never not in said


def test_a_wave_right_after_a_break_is_told_once(publish: Callable[[Market], Path], tmp_path: Path) -> None:
    published = shutil.copyfile(publish(MARKETS["event"]), tmp_path / "tidemark.duckdb")
    with duckdb.connect(str(published)) as db:
        db.execute("update marts.level_breaks set broke_at = timestamp '2026-01-31 16:40' where asset = 'BTC'")
        said = {claim.id for claim in judge(gather(db, DAY)).said("why")}
    assert "why.cascade" in said
    assert "why.breaks" not in said
