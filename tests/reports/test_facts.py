"""What becomes a fact, and what is known of it."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import jsonschema
import pytest

from reports.facts import FactStore, NoDataError, gather
from reports.facts.derive import spans
from reports.facts.export import SCHEMA, load, to_json
from reports.facts.model import fact_id
from tests.reports.published import DAY, MARKETS, Market


def test_a_fact_names_model_column_row_and_dump_files(event: FactStore) -> None:
    fact = event["liquidations_by_asset_daily.BTC.long_usd"]
    assert (fact.model, fact.column) == ("marts.liquidations_by_asset_daily", "long_usd")
    assert fact.where == {"day": DAY, "asset": "BTC"}
    assert {event.files[number - 1].dataset for number in fact.dump_files} == {"liquidations"}
    assert fact.value == pytest.approx(740e6)


def test_a_venues_fact_leads_to_that_venues_files_alone(event: FactStore) -> None:
    fact = event["liquidations_by_venue.bybit.total_usd"]
    assert {event.files[number - 1].venue for number in fact.dump_files} == {"bybit"}


def test_null_is_no_fact(facts: Callable[[Market], FactStore]) -> None:
    store = facts(MARKETS["aggregated"])
    assert store.get("liquidations_by_asset_daily", "BTC", "n_orders") is None
    assert store.get("liquidations_market_daily", "r24_max_usd") is None


def test_no_liquidation_source_leaves_no_liquidation_fact(facts: Callable[[Market], FactStore]) -> None:
    found = [fact.id for fact in facts(MARKETS["uncovered"]) if "liquidat" in fact.id]
    assert found == []


def test_shares_keep_their_formula_and_inputs(event: FactStore) -> None:
    share = event["liquidations.share.asset.ETH"]
    assert share.value == pytest.approx(1.15e9 / 2.2236e9)
    assert share.inputs == ("liquidations_by_asset_daily.ETH.total_usd", "liquidations_market_daily.total_usd")


def test_a_day_that_is_not_published_is_an_error_that_names_it(publish: Callable[[Market], Path]) -> None:
    with (
        duckdb.connect(str(publish(Market())), read_only=True) as db,
        pytest.raises(NoDataError, match="no published rows for 2020-01-01"),
    ):
        gather(db, date(2020, 1, 1))


def test_hours_covered_are_spans_of_the_clock(facts: Callable[[Market], FactStore]) -> None:
    store = facts(MARKETS["impaired"])
    assert store.value("liquidations", "hours_seen") == 3
    assert store.value("liquidations", "hours_unseen") == 21
    assert store.value("liquidations", "hours_span") == "14:00–17:00"
    assert spans([3, 4, 9, 23]) == "03:00–05:00, 09:00–10:00 and 23:00–24:00"


def test_weak_coverage_costs_liquidations_a_digit_and_prices_none(facts: Callable[[Market], FactStore]) -> None:
    store = facts(MARKETS["impaired"])
    assert store["liquidations_market_daily.total_usd"].digits == 2
    assert store["prices_by_venue_daily.BTC.binance.low_usd"].digits == 3


def test_gaps_in_orders_do_not_weaken_an_aggregators_sums(publish: Callable[[Market], Path]) -> None:
    path = publish(MARKETS["aggregated"])
    with duckdb.connect(str(path)) as db:
        db.execute(
            f"insert into marts.coverage_hourly select date '{DAY}', range, 'binance', 'liquidations', 'missing', 'no file' from range(24)"
        )
        assert gather(db, DAY)["liquidations_market_daily.total_usd"].digits == 3


def test_published_facts_follow_their_schema_and_read_back_the_same(event: FactStore, tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(to_json(event), encoding="utf-8")
    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert list(load(path)) == list(event)
    assert load(path).files == event.files


def test_ids_are_safe_and_still_different() -> None:
    assert fact_id("a", '<script>"') == "a.~3c~script~3e~~22~"
    assert fact_id("a.b") != fact_id("a", "b")
