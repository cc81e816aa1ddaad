"""Volatility, spreads, illiquidity and depth of a day against the weeks before it, by the papers' own formulas."""

import math
import statistics
from datetime import date, timedelta

import pytest

from tests.dbt.lake import Lake
from tests.dbt.scenarios.volatility import DAYS, FALL, GAP, LAST, USUAL, VOLUME, fill, fill_day, rests, swing

SOL = f"day = '{LAST}' and asset = 'SOL'"
WEEKS = f"day between '{DAYS[0]}' and '{LAST}'"


def test_realised_volatility_is_the_root_of_the_squared_returns_of_a_year(warehouse: Lake) -> None:
    columns = "realised_volatility, return_interval_s, rv_percentile_365d, n_days"
    fall = math.sqrt(365) * abs(math.log(FALL[3] / FALL[0]))
    assert warehouse.row("volatility_daily", columns, SOL) == (pytest.approx(fall), 3_600, 1.0, 33)
    early = DAYS[30]
    where = f"day = '{early}' and asset = 'SOL'"
    expected = (pytest.approx(math.sqrt(365 * 2) * swing(early)), 3_600, None, 29)
    assert warehouse.row("volatility_daily", columns, where) == expected


def test_a_day_with_a_gap_has_no_volatility_and_neither_it_nor_the_next_has_spreads(warehouse: Lake) -> None:
    columns = "day, realised_volatility is null, spread_abdi_ranaldo is null, spread_corwin_schultz is null"
    query = f"select {columns} from marts.volatility_daily where {WEEKS} order by day"
    nothing, no_spreads, after = [True, True, True], [False, True, True], GAP + timedelta(days=1)
    for day, *missing in warehouse.rows(query):
        assert missing == {GAP: nothing, after: no_spreads, DAYS[0]: no_spreads}.get(day, [False] * 3), day


def test_spreads_are_those_of_the_papers_and_stand_against_their_own_past(warehouse: Lake) -> None:
    for name, estimate in (("abdi_ranaldo", _abdi_ranaldo), ("corwin_schultz", _corwin_schultz)):
        pairs = [(day - timedelta(days=1), day) for day in USUAL if day - timedelta(days=1) in USUAL]
        past = [estimate(*pair) for pair in pairs]
        latest = estimate(DAYS[-2], LAST)
        assert len(past) == 31
        z = (latest - statistics.mean(past)) / statistics.stdev(past)
        columns = f"spread_{name}, spread_{name}_z"
        expected = (pytest.approx(latest, abs=1e-12), pytest.approx(z, abs=1e-8))
        assert warehouse.row("volatility_daily", columns, SOL) == expected


def test_illiquidity_is_the_return_over_the_traded_usd_and_one_asset_has_no_decile(warehouse: Lake) -> None:
    columns = "daily_return_pct, amihud_illiquidity, amihud_decile"
    expected = (pytest.approx(-0.1), pytest.approx(0.1 / VOLUME), None)
    assert warehouse.row("volatility_daily", columns, SOL) == expected


def test_a_book_of_a_tenth_is_evidence_of_a_thin_market(warehouse: Lake) -> None:
    past = [math.log(1 + 3 * rests(day)) for day in DAYS[:-1]]
    z = (math.log(1 + 3 * rests(LAST)) - statistics.mean(past)) / statistics.stdev(past)
    columns = "depth_usd, depth_z, is_thin, thin_evidence"
    expected = (pytest.approx(3e5), pytest.approx(z), True, "depth")
    assert warehouse.row("volatility_daily", columns, SOL) == expected
    where = f"day = '{DAYS[0]}' and asset = 'SOL'"
    assert warehouse.row("volatility_daily", "depth_z, is_thin, thin_evidence", where) == (None, None, None)


def test_depth_is_the_mean_and_lowest_of_the_day_within_one_percent(warehouse: Lake) -> None:
    columns = "venue, instrument, mean_bid_usd, mean_ask_usd, lowest_bid_usd, lowest_ask_usd, n_observations"
    figures = [pytest.approx(usd) for usd in (1e5, 2e5, 0.9e5, 1.8e5)]
    assert warehouse.row("depth_daily", columns, SOL) == ("binance", "SOLUSDT", *figures, 2)


def test_a_book_of_an_unknown_instrument_is_counted_as_such(warehouse: Lake) -> None:
    where = f"day = '{LAST}' and symbol = 'NEWUSDT' and dataset = 'depth'"
    expected = (2, "instrument is not in the seed")
    assert warehouse.row("unknown_instruments", "n_rows, reason", where) == expected


def test_weeks_that_arrive_in_any_order_and_twice_give_the_same_history(warehouse: Lake, empty_lake: Lake) -> None:
    fill(empty_lake)
    fill_day(empty_lake, LAST)
    marts = ("volatility_daily", "depth_daily")
    for days in (DAYS[1::2], DAYS[::2], [DAYS[3]]):
        empty_lake.build(days, *marts)
    for mart in marts:
        query = f"select * from marts.{mart} where {WEEKS} order by all"
        assert empty_lake.rows(query) == warehouse.rows(query)


def _bar(day: date) -> tuple[float, float, float]:
    """High, low and close of a day."""
    return (FALL[1], FALL[2], FALL[3]) if day == LAST else (100 * math.exp(swing(day)), 100, 100)


def _abdi_ranaldo(prior: date, day: date) -> float:
    (high, low, close), (next_high, next_low, _) = _bar(prior), _bar(day)
    middle, next_middle = math.log(high * low) / 2, math.log(next_high * next_low) / 2
    return math.sqrt(max(0, 4 * (math.log(close) - middle) * (math.log(close) - next_middle)))


def _corwin_schultz(prior: date, day: date) -> float:
    (high, low, _), (next_high, next_low, _) = _bar(prior), _bar(day)
    beta = math.log(high / low) ** 2 + math.log(next_high / next_low) ** 2
    gamma = math.log(max(high, next_high) / min(low, next_low)) ** 2
    share = 3 - 2 * math.sqrt(2)
    alpha = (math.sqrt(2 * beta) - math.sqrt(beta)) / share - math.sqrt(gamma / share)
    return max(0, 2 * (math.exp(alpha) - 1) / (1 + math.exp(alpha)))
