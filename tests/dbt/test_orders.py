"""Single orders by size and price, how they crowd together, what they do to the price, and whether their sides can be right."""

import math

import pytest

from tests.dbt.lake import Lake, at
from tests.dbt.scenarios import liquidations, orders

ON_DAY = f"day = '{orders.DAY}'"
FEEDBACK = "leader_asset, liquidated_side, n_minutes, n_minutes_price_further, n_minutes_liquidations_up, n_alternations, is_feedback"


def test_orders_are_counted_by_size(warehouse: Lake) -> None:
    columns = "asset, bucket, n_orders, total_usd, long_usd"
    query = f"select {columns} from marts.liquidation_sizes_daily where {ON_DAY} order by asset, from_usd"
    assert warehouse.rows(query) == [
        ("BTC", "1k to 10k", 39, 39_000, 0),
        ("BTC", "1M to 10M", 1, 5_000_000, 5_000_000),
        ("BTC", "10M and more", 4, 70_000_000, 70_000_000),
        ("ETH", "below 1k", 1_800, pytest.approx(18_000), pytest.approx(18_000)),
    ]


def test_orders_of_several_venues_and_kinds_of_contract_share_the_bins_of_the_price(warehouse: Lake) -> None:
    columns = "liquidated_side, bin, from_usd, to_usd, total_usd, n_orders, priced_share"
    where = f"day = '{liquidations.DAY}' and asset = 'BTC'"
    query = f"select {columns} from marts.liquidations_by_price where {where} order by bin"
    assert warehouse.rows(query) == [
        ("long", -23, pytest.approx(79_650), pytest.approx(80_100), 100_000, 1, 1),
        ("long", -14, pytest.approx(83_700), pytest.approx(84_150), 420_000, 1, 1),
        ("short", -12, pytest.approx(84_600), pytest.approx(85_050), 85_000, 1, 1),
        ("long", 0, pytest.approx(90_000), pytest.approx(90_450), 180_000, 1, 1),
    ]


def test_orders_without_a_price_are_in_no_bin(warehouse: Lake) -> None:
    columns = "liquidated_side, sum(total_usd), min(priced_share)"
    query = f"select {columns} from marts.liquidations_by_price where {ON_DAY} and asset = 'BTC' group by 1"
    assert warehouse.rows(query) == [("long", 75_000_000, 1)]


def test_the_busiest_minutes_hold_their_share_of_the_day(warehouse: Lake) -> None:
    total = 75_057_000
    shares = "busiest_1m_share, busiest_5m_share, busiest_15m_share, busiest_1h_share"
    expected = (pytest.approx(25e6 / total), *[pytest.approx(75e6 / total)] * 3)
    assert warehouse.row("liquidation_concentration_daily", shares, ON_DAY) == expected
    starts = "busiest_5m_at, busiest_15m_at, busiest_4h_at, busiest_12h_at"
    clocks = ("17:00:00", "16:50:00", "13:05:00", "05:05:00")
    assert warehouse.row("liquidation_concentration_daily", starts, ON_DAY) == tuple(
        at(orders.DAY, clock) for clock in clocks
    )


def test_price_and_liquidations_take_turns_inside_the_wave(warehouse: Lake) -> None:
    assert warehouse.row("wave_feedback", FEEDBACK, ON_DAY) == ("BTC", "long", 5, 3, 3, 4, True)


def test_feedback_outlives_the_bars_when_an_earlier_day_is_loaded_later(empty_lake: Lake) -> None:
    orders.fill(empty_lake)
    empty_lake.build([orders.DAY], "wave_feedback")
    before = empty_lake.rows("select * from marts.wave_feedback")
    orders.fill_earlier(empty_lake)
    empty_lake.build([orders.EARLIER], "wave_feedback")
    on_day = f"select * from marts.wave_feedback where {ON_DAY}"
    assert len(before) == 1
    assert empty_lake.rows(on_day) == before


def test_a_venue_whose_sides_do_not_fit_the_fall_fails_where_its_sample_says_something(warehouse: Lake) -> None:
    columns = "venue, change_pct, long_share, n_orders, passes"
    query = f"select {columns} from marts.side_guard_daily where {ON_DAY} order by venue"
    fall = pytest.approx(55 / 60 - 1)
    assert warehouse.rows(query) == [
        ("few", fall, 0, 19, None),
        ("right", fall, 1, 5, True),
        ("wrong", fall, 0, 20, False),
    ]


def test_the_band_of_a_throttled_venue_follows_from_the_share_of_its_seconds(warehouse: Lake) -> None:
    columns = "n_orders, max_saturation, mean_undercount_factor, n_orders_high"
    k = math.log(2) / 0.5
    expected = (1_800, 0.5, pytest.approx(k), pytest.approx(1_800 * k))
    assert warehouse.row("liquidation_undercount_daily", columns, f"{ON_DAY} and asset = 'ETH'") == expected
