"""Open interest in coins over venues that count differently, and funding of one length."""

import pytest

from tests.dbt.lake import Lake
from tests.dbt.scenarios.leverage import DAY

BTC = f"day = '{DAY}' and asset = 'BTC'"


def test_open_interest_is_summed_in_coins_whatever_unit_the_venue_publishes(warehouse: Lake) -> None:
    columns = "oi_coin_open, oi_coin_close, oi_coin_change_pct, n_venues_oi"
    assert warehouse.row("leverage_daily", columns, BTC) == (
        pytest.approx(1_500),
        pytest.approx(1_300),
        pytest.approx(-200 / 1_500),
        2,
    )


def test_the_change_in_usd_splits_into_positions_and_price(warehouse: Lake) -> None:
    columns = "oi_usd_open, oi_usd_close, oi_usd_change_positions, oi_usd_change_price"
    expected = (pytest.approx(150_000), pytest.approx(117_000), pytest.approx(-20_000), pytest.approx(-13_000))
    assert warehouse.row("leverage_daily", columns, BTC) == expected


def test_funding_is_weighted_by_open_interest_and_closes_with_the_next_midnights_rate(warehouse: Lake) -> None:
    columns = "funding_8h_open, funding_8h_close, n_venues_funding"
    assert warehouse.row("leverage_daily", columns, BTC) == (pytest.approx(0.0002), pytest.approx(-0.0004), 2)


def test_the_length_of_an_unstated_funding_interval_comes_from_the_settlements(warehouse: Lake) -> None:
    where = f"day = '{DAY}' and asset = 'ETH'"
    assert warehouse.row("leverage_daily", "funding_8h_open, funding_8h_close", where) == (
        pytest.approx(0.0002),
        pytest.approx(-0.0002),
    )


def test_a_percentile_needs_a_month_of_days_before(warehouse: Lake) -> None:
    assert warehouse.row("leverage_daily", "oi_percentile", BTC) == (None,)
