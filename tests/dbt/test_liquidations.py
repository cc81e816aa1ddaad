"""Notional, sides, totals, ranks and windows of one day that was added up by hand."""

import pytest

from tests.dbt.lake import Lake, at
from tests.dbt.scenarios.liquidations import DAY, PRIOR

ON_DAY = f"day = '{DAY}'"


def test_each_asset_is_the_sum_of_its_venues_with_the_side_that_the_feed_means(warehouse: Lake) -> None:
    columns = "asset, rank, total_usd, long_usd, short_usd, n_orders, n_venues, basis"
    assert warehouse.rows(f"select {columns} from marts.liquidations_by_asset_daily where {ON_DAY} order by rank") == [
        ("ETH", 1, 1_110_000, 840_000, 270_000, 2, 1, "orders"),
        ("BTC", 2, 785_000, 700_000, 85_000, 4, 3, "orders"),
        ("PEPE", 3, 20_000, 20_000, 0, 1, 1, "orders"),
    ]


def test_an_inverse_contract_is_worth_its_face_value_whatever_the_price(warehouse: Lake) -> None:
    where = f"{ON_DAY} and venue = 'bitmex'"
    assert warehouse.row("liquidations_by_venue_daily", "asset, total_usd, long_usd", where) == (
        "BTC",
        100_000,
        100_000,
    )


def test_a_contract_on_a_thousand_coins_counts_for_the_coin_and_at_its_own_price(warehouse: Lake) -> None:
    where = f"{ON_DAY} and asset = 'PEPE'"
    assert warehouse.row("liquidations_by_venue_daily", "venue, total_usd", where) == ("binance", 20_000)


def test_the_long_share_is_longs_over_both(warehouse: Lake) -> None:
    assert warehouse.row("liquidations_by_asset_daily", "long_share", f"{ON_DAY} and asset = 'BTC'") == (
        pytest.approx(140 / 157),
    )
    assert warehouse.row("liquidations_market_daily", "long_share", ON_DAY) == (pytest.approx(1_560 / 1_915),)


def test_the_largest_order_is_named_with_its_venue_and_time(warehouse: Lake) -> None:
    columns = "largest_order_usd, largest_order_venue, largest_order_at"
    expected = (840_000, "binance", at(DAY, "17:00:40"))
    assert warehouse.row("liquidations_by_asset_daily", columns, f"{ON_DAY} and asset = 'ETH'") == expected
    assert warehouse.row("liquidations_market_daily", f"{columns}, largest_order_asset", ON_DAY) == (*expected, "ETH")


def test_liquidations_are_set_against_the_opening_interest_of_the_venues_that_liquidated(warehouse: Lake) -> None:
    rows = dict(
        warehouse.rows(f"select asset, pct_of_open_interest from marts.liquidations_by_asset_daily where {ON_DAY}")
    )
    assert rows == {"BTC": pytest.approx(785_000 / ((1_000 + 200 + 100) * 90_000)), "ETH": None, "PEPE": None}


def test_the_market_is_the_sum_of_its_assets(warehouse: Lake) -> None:
    columns = "total_usd, long_usd, short_usd, n_orders, n_venues, n_assets, resolution_s"
    expected = (1_915_000, 1_560_000, 355_000, 7, 3, 3, 60)
    assert warehouse.row("liquidations_market_daily", columns, ON_DAY) == expected


def test_the_busiest_windows_hold_what_fell_into_them(warehouse: Lake) -> None:
    names = ("1m", "5m", "1h", "4h", "12h")
    columns = ", ".join(f"busiest_{name}_usd" for name in names)
    expected = (1_260_000, 1_530_000, 1_715_000, 1_715_000, 1_735_000)
    assert warehouse.row("liquidations_market_daily", columns, ON_DAY) == expected
    starts = warehouse.row("liquidations_market_daily", "busiest_1m_at, busiest_5m_at, busiest_1h_at", ON_DAY)
    assert starts == (at(DAY, "17:00:00"),) * 3


def test_the_largest_24_hours_reach_into_the_day_before(warehouse: Lake) -> None:
    columns = "r24_max_usd, r24_max_at"
    assert warehouse.row("liquidations_market_daily", columns, ON_DAY) == (2_815_000, at(DAY, "18:00:00"))


def test_without_the_day_before_there_are_no_24_hours(warehouse: Lake) -> None:
    assert warehouse.row("liquidations_market_daily", "r24_max_usd, total_usd", f"day = '{PRIOR}'") == (None, 990_000)


def test_hours_are_summed_over_venues(warehouse: Lake) -> None:
    columns = "hour, long_usd, short_usd, total_usd, n_orders"
    query = f"select {columns} from marts.liquidations_hourly where {ON_DAY} and asset = 'BTC' order by hour"
    assert warehouse.rows(query) == [(0, 180_000, 0, 180_000, 1), (17, 520_000, 85_000, 605_000, 3)]


def test_a_venue_with_a_doubtful_hour_is_partial_and_says_how_many_hours_are_complete(warehouse: Lake) -> None:
    columns = "coverage, hours_complete, hours_partial"
    for venue, expected in {"bitmex": ("partial", 23, 1), "bybit": ("complete", 24, 0)}.items():
        assert warehouse.row("liquidations_by_venue_daily", columns, f"{ON_DAY} and venue = '{venue}'") == expected


def test_an_unknown_instrument_is_in_no_sum_and_is_reported_with_the_line_that_would_make_it_known(
    warehouse: Lake,
) -> None:
    n_rows, first_dump_path, seed_line = warehouse.row(
        "unknown_instruments", "n_rows, first_dump_path, seed_line", f"{ON_DAY} and symbol = 'NOSUCHUSDT'"
    )
    assert (n_rows, first_dump_path) == (2, f"test/liquidations/binance-{DAY}.csv")
    assert seed_line.startswith("binance,NOSUCHUSDT,")
    where = f"{ON_DAY} and venue = 'binance' and dataset = 'liquidations'"
    assert warehouse.row("dump_files", "rows_kept, rows_unknown_instrument", where) == (7, 2)


def test_simulated_rows_mark_every_total_of_their_day_and_no_other(warehouse: Lake) -> None:
    query = (
        "select day, bool_or(simulated), bool_and(simulated) from marts.{} where day <= '{}' group by day order by day"
    )
    for mart in ("liquidations_by_asset_daily", "liquidations_market_daily"):
        assert warehouse.rows(query.format(mart, DAY)) == [(PRIOR, False, False), (DAY, True, True)]
