"""Caps of three days worked out by hand: paths, drawdowns, what price and what supply did, and who moved the total."""

from datetime import timedelta

import pytest

from tests.dbt.lake import Lake, at
from tests.dbt.scenarios.market_cap import DAY, NEXT, PRIOR

ON_DAY = f"day = '{DAY}'"


def test_the_cap_of_a_coin_is_its_price_times_the_supply_of_the_day(warehouse: Lake) -> None:
    columns = "open_cap_usd, high_cap_usd, low_cap_usd, close_cap_usd, supply, supply_day"
    expected = (1_122, 1_210, 880, 990, 11, DAY)
    assert warehouse.row("market_cap_changes_daily", columns, f"{ON_DAY} and asset = 'BTC'") == expected


def test_a_change_from_close_to_close_splits_into_price_and_supply(warehouse: Lake) -> None:
    columns = (
        "asset, prior_close_cap_usd, change_usd, change_pct, price_effect_usd, supply_effect_usd, contribution_pct"
    )
    query = f"select {columns} from marts.market_cap_changes_daily where {ON_DAY} and in_index"
    assert {asset: tuple(rest) for asset, *rest in warehouse.rows(query)} == {
        "BTC": (1_000, -10, pytest.approx(-0.01), -100, 90, pytest.approx(-10 / 3_000)),
        "ETH": (1_000, -200, pytest.approx(-0.2), -200, 0, pytest.approx(-200 / 3_000)),
        "USDT": (1_000, 0, 0, 0, 0, 0),
    }


def test_the_fall_to_the_low_is_told_from_the_open_and_from_the_close_before(warehouse: Lake) -> None:
    columns = "open_to_low_pct, prior_close_to_low_pct, low_at"
    expected = (pytest.approx(80 / 102 - 1), pytest.approx(-0.2), at(DAY, "02:00:00"))
    assert warehouse.row("market_cap_changes_daily", columns, f"{ON_DAY} and asset = 'BTC'") == expected


def test_the_peak_of_a_drawdown_comes_before_its_trough(warehouse: Lake) -> None:
    columns = "max_drawdown_pct, max_drawdown_usd, drawdown_peak_at, drawdown_trough_at"
    expected = (pytest.approx(80 / 110 - 1), -330, at(DAY), at(DAY, "02:00:00"))
    assert warehouse.row("market_cap_changes_daily", columns, f"{ON_DAY} and asset = 'BTC'") == expected


def test_a_coin_with_a_hole_in_its_prices_leaves_the_index_but_not_the_mart(warehouse: Lake) -> None:
    columns = "in_index, contribution_pct, close_cap_usd"
    assert warehouse.row("market_cap_changes_daily", columns, f"{ON_DAY} and asset = 'SOL'") == (False, None, 5_000)
    assert warehouse.row("market_cap_total_daily", "n_assets, close_cap_usd", f"{ON_DAY} and universe = 'all'") == (
        3,
        2_790,
    )


def test_the_total_changes_by_what_its_members_contribute(warehouse: Lake) -> None:
    columns = "universe, prior_close_cap_usd, change_usd, change_pct, price_effect_usd, supply_effect_usd"
    assert warehouse.rows(f"select {columns} from marts.market_cap_total_daily where {ON_DAY} order by universe") == [
        ("all", 3_000, -210, pytest.approx(-0.07), -300, 90),
        ("ex_stables", 2_000, -210, pytest.approx(-0.105), -300, 90),
    ]
    query = f"select sum(contribution_pct) from marts.market_cap_changes_daily where {ON_DAY} and in_index"
    assert warehouse.rows(query) == [(pytest.approx(-0.07),)]


def test_the_total_is_read_at_instants_that_all_members_share(warehouse: Lake) -> None:
    columns = "open_cap_usd, high_cap_usd, low_cap_usd, close_cap_usd, low_at, resolution_s"
    end = at(DAY + timedelta(days=1))
    expected = (3_122, 3_155, 2_790, 2_790, end, 3_600)
    assert warehouse.row("market_cap_total_daily", columns, f"{ON_DAY} and universe = 'all'") == expected
    path = warehouse.rows(
        f"""select "at", cap_usd from marts.market_cap_path where {ON_DAY} and universe = 'all' order by 1"""
    )
    assert len(path) == 25
    assert path[:4] == [(at(DAY, f"0{hour}:00:00"), cap) for hour, cap in enumerate((3_122, 3_155, 3_045, 2_935))]


def test_the_four_drops_of_the_total_each_have_their_own_figure(warehouse: Lake) -> None:
    columns = "change_pct, open_to_low_pct, prior_close_to_low_pct, max_drawdown_pct, max_drawdown_usd"
    expected = (
        pytest.approx(-0.07),
        pytest.approx(2_790 / 3_122 - 1),
        pytest.approx(2_790 / 3_100 - 1),
        pytest.approx(2_790 / 3_155 - 1),
        -365,
    )
    assert warehouse.row("market_cap_total_daily", columns, f"{ON_DAY} and universe = 'all'") == expected
    times = warehouse.row(
        "market_cap_total_daily", "drawdown_peak_at, drawdown_trough_at", f"{ON_DAY} and universe = 'all'"
    )
    assert times == (at(DAY, "01:00:00"), at(DAY + timedelta(days=1)))


def test_a_total_that_closes_at_its_low_has_found_no_footing(warehouse: Lake) -> None:
    columns = "recovered_share, found_footing"
    assert warehouse.row("market_cap_total_daily", columns, f"{ON_DAY} and universe = 'all'") == (0, False)


def test_a_total_that_wins_back_half_of_its_fall_has_found_footing(warehouse: Lake) -> None:
    columns = "max_drawdown_usd, recovered_share, found_footing"
    where = f"day = '{NEXT}' and universe = 'all' and n_assets = 4"
    assert warehouse.row("market_cap_total_daily", columns, where) == (-110, pytest.approx(0.5), True)


def test_without_a_close_before_nothing_has_changed_that_could_be_told(warehouse: Lake) -> None:
    columns = "prior_close_cap_usd, change_usd, supply_effect_usd, contribution_pct"
    where = f"day = '{PRIOR}' and asset = 'BTC'"
    assert warehouse.row("market_cap_changes_daily", columns, where) == (None, None, None, None)
