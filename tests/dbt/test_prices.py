"""Prices: each venue keeps its own figures, everything else takes the median; and which levels a day broke."""

import pytest

from tests.dbt.lake import Lake, at
from tests.dbt.scenarios.prices import BREAK, WICK


def test_each_venue_keeps_its_own_figures(warehouse: Lake) -> None:
    columns = "venue, open_usd, high_usd, low_usd, close_usd, low_at, interval_s, n_bars"
    query = f"select {columns} from marts.prices_by_venue_daily where day = '{WICK}' and asset = 'BTC' order by venue"
    low_at = at(WICK, "18:00:00")
    assert warehouse.rows(query) == [
        ("binance", 84_211.4, 84_700.0, 75_500.0, 78_706.8, low_at, 3_600, 24),
        ("bybit", 84_205.0, 84_690.0, 75_689.6, 78_700.0, low_at, 3_600, 24),
        ("kraken", 84_220.0, 84_650.0, 69_524.0, 78_650.0, low_at, 3_600, 24),
    ]


def test_one_venues_bad_wick_does_not_reach_the_price_of_the_asset(warehouse: Lake) -> None:
    columns = "open_usd, low_usd, close_usd, n_venues"
    where = f"asset = 'BTC' and open_at = '{at(WICK, '18:00:00')}'"
    assert warehouse.row("prices_hourly", columns, where) == (84_211.4, 75_500.0, 78_700.0, 3)


def test_a_round_number_that_gave_way_for_an_hour_and_held_again_is_broken_and_reclaimed(warehouse: Lake) -> None:
    columns = "side, kinds, broke_at, break_kind, reclaimed"
    expected = ("support", "round number", at(BREAK, "09:00:00"), "hourly_close", True)
    assert warehouse.row("level_breaks", columns, f"day = '{BREAK}' and level_usd = 75000") == expected


def test_the_low_of_the_day_before_is_a_level_and_the_next_one_lies_beyond_it(warehouse: Lake) -> None:
    columns = "level_usd, side, break_kind, next_level_usd"
    where = f"day = '{BREAK}' and kinds like '%prior day low%'"
    assert warehouse.row("level_breaks", columns, where) == (75_500.0, "support", "hourly_close", pytest.approx(75_000))


def test_no_level_is_drawn_from_the_day_itself(warehouse: Lake) -> None:
    query = f"select count(*) from marts.level_breaks where day = '{BREAK}' and level_usd in (74000.5, 74500, 76000.5)"
    assert warehouse.rows(query) == [(0,)]
