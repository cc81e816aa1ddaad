"""Orders or an aggregator's bars, one feed or another: which is counted where both speak of the same liquidations."""

from datetime import date

import pytest

from tests.dbt.lake import Lake
from tests.dbt.scenarios.basis import COMPLETE_ORDERS, EMPTY_BARS, PARTIAL_ORDERS, TWO_FEEDS

ORDERS = {"BTC": (80_000, 1, "orders", "binance"), "ETH": (5_000, 1, "orders", "binance")}
BARS = {"BTC": (36_000, None, "aggregated", "coinglass"), "ETH": (5_000, 1, "orders", "binance")}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(COMPLETE_ORDERS, ORDERS, id="orders that are complete all day"),
        pytest.param(PARTIAL_ORDERS, BARS, id="bars where orders have holes"),
        pytest.param(EMPTY_BARS, ORDERS, id="orders with holes where bars say nothing"),
    ],
)
def test_an_asset_is_counted_from_orders_or_from_bars_and_never_from_both(
    warehouse: Lake, day: date, expected: dict[str, tuple[float, int | None, str, str]]
) -> None:
    query = (
        f"select asset, total_usd, n_orders, basis, venue from marts.liquidations_by_venue_daily where day = '{day}'"
    )
    assert {asset: tuple(rest) for asset, *rest in warehouse.rows(query)} == expected
    assert warehouse.row("liquidations_market_daily", "total_usd", f"day = '{day}'") == (
        sum(x[0] for x in expected.values()),
    )


def test_a_window_shorter_than_an_aggregated_bar_is_not_known(warehouse: Lake) -> None:
    columns = "resolution_s, busiest_1m_usd, busiest_5m_usd, busiest_1h_usd, busiest_4h_usd"
    expected = (3_600, None, None, 6_500, 11_000)
    assert warehouse.row("liquidations_market_daily", columns, f"day = '{PARTIAL_ORDERS}'") == expected


def test_the_same_order_from_a_recorder_and_from_a_log_counts_once(warehouse: Lake) -> None:
    assert warehouse.row("liquidations_market_daily", "total_usd, n_orders", f"day = '{TWO_FEEDS}'") == (240_000, 3)
