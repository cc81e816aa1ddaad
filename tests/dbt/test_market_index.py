"""The index over midnight, who is missing from it, and how broad a day was."""

from datetime import date, timedelta

import pytest

from tests.dbt.lake import Lake, Row, hourly
from tests.dbt.scenarios.market_index import FIRST, SECOND, THIRD

DAYS = f"day between '{FIRST}' and '{THIRD}'"


def test_a_member_that_leaves_and_a_supply_that_jumps_at_midnight_do_not_move_the_index(warehouse: Lake) -> None:
    caps = "select open_cap_usd, close_cap_usd from marts.market_cap_total_daily"
    assert warehouse.rows(f"{caps} where {DAYS} and universe = 'all' order by day") == [
        (7_000, 7_000),
        (4_000, 4_100),
        (11_200, 11_200),
    ]
    levels = "select index_open, index_close, chained_since_day from marts.market_cap_index_daily"
    assert warehouse.rows(f"{levels} where {DAYS} and universe = 'all' order by day") == [
        (1_000, 1_000, FIRST),
        (1_000, 1_025, FIRST),
        (1_025, 1_025, FIRST),
    ]


def test_the_path_begins_where_prices_left_off(warehouse: Lake) -> None:
    midnight = 'select since_prior_close_pct from marts.market_cap_path where day = cast("at" as date)'
    assert warehouse.rows(f"{midnight} and {DAYS} and hour(\"at\") = 0 and universe = 'all' order by day") == [
        (None,),
        (0,),
        (0,),
    ]
    last = f"select max(since_prior_close_pct) from marts.market_cap_path where day = '{SECOND}'"
    assert warehouse.rows(last) == [(pytest.approx(0.025),)]


def test_who_is_not_in_the_index_is_named(warehouse: Lake) -> None:
    columns = "select n_assets, n_left_out, left_out from marts.market_cap_total_daily"
    expected = [(3, 0, None), (2, 1, "SOL"), (3, 0, None)]
    assert warehouse.rows(f"{columns} where {DAYS} and universe = 'ex_stables' order by day") == expected


def test_another_publisher_s_supply_is_no_change_of_supply(warehouse: Lake) -> None:
    columns = "supply, supply_publishers, change_usd, price_effect_usd, supply_effect_usd"
    where = f"day = '{THIRD}' and asset = 'BTC'"
    expected = (20, "coingecko, coinmetrics", 0, 0, None)
    assert warehouse.row("market_cap_changes_daily", columns, where) == expected


def test_dominance_moves_with_prices_and_supplies_of_members_alone(warehouse: Lake) -> None:
    columns = "asset, dominance_all, dominance_all_change"
    query = f"select {columns} from marts.market_dominance_daily where day = '{SECOND}' order by 1"
    assert warehouse.rows(query) == [
        ("BTC", pytest.approx(1_100 / 4_100), pytest.approx(1_100 / 4_100 - 0.5)),
        ("ETH", pytest.approx(3_000 / 4_100), pytest.approx(3_000 / 4_100 - 0.5)),
    ]


def test_breadth_is_of_the_members_and_without_history_knows_no_lows(warehouse: Lake) -> None:
    columns = "n_members, n_assets, advancers, decliners, unchanged, median_change_pct, cap_weight_change_pct"
    expected = (2, 2, 1, 0, 1, pytest.approx(0.05), pytest.approx(0.05))
    assert warehouse.row("market_breadth_daily", columns, f"day = '{SECOND}'") == expected
    lows = "n_assets_30d, share_at_30d_closing_low, n_assets_90d, share_at_90d_intraday_low"
    assert warehouse.row("market_breadth_daily", lows, f"day = '{SECOND}'") == (0, None, 0, None)


def test_a_day_loaded_later_or_again_changes_the_lows_of_the_days_after_it(empty_lake: Lake) -> None:
    days = [date(2025, 5, 1) + timedelta(days=number) for number in range(31)]
    for day in days:
        _falling(empty_lake, day, 200 - day.day)
    lows = "n_assets_30d, share_at_30d_closing_low, share_at_30d_intraday_low"
    last = f"day = '{days[-1]}'"
    empty_lake.build(days[-1:], "market_breadth_daily")
    assert empty_lake.row("market_breadth_daily", lows, last) == (0, None, None)
    empty_lake.build(days[:-1], "market_breadth_daily")
    assert empty_lake.row("market_breadth_daily", lows, last) == (1, 1, 1)
    _falling(empty_lake, days[4], 200 - 5, low=100)
    empty_lake.build(days[4:5], "market_breadth_daily")
    assert empty_lake.row("market_breadth_daily", lows, last) == (1, 1, 0)


def test_a_day_that_is_missing_spares_the_longer_window(empty_lake: Lake) -> None:
    days = [date(2025, 5, 1) + timedelta(days=number) for number in range(91)]
    missing = days[-10]
    for number, day in enumerate(days):
        if day != missing:
            _falling(empty_lake, day, 200 - number)
    empty_lake.build([day for day in days if day != missing], "market_breadth_daily")
    lows = "n_assets_30d, share_at_30d_closing_low, n_assets_90d, share_at_90d_closing_low"
    assert empty_lake.row("market_breadth_daily", lows, f"day = '{days[-1]}'") == (0, None, 1, 1)


def _falling(lake: Lake, day: date, close: float, low: float | None = None) -> None:
    """A day of BTC that opens one above its close."""
    bars: list[Row] = hourly(day, {0: (close + 1, close + 1, low or close, close)}, symbol="BTCUSDT")
    lake.put("candles", "binance", day, bars)
    lake.put("caps", "coinmetrics", day, [{"observed_at": day, "asset": "BTC", "supply": 10}])
