"""A build replaces its days and nothing else: order, repetition and reloading leave no trace."""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from tests.dbt.lake import Lake, hourly
from tests.dbt.scenarios.liquidations import order

DAYS = [date(2026, 1, 30) + timedelta(days=number) for number in range(3)]


def fill(lake: Lake, day: date, close: float = 110, n_orders: int = 3) -> None:
    """A day that goes from 100 to its close in the last hour, with orders, open interest, funding and supply."""
    bars = hourly(day, {0: (100, 100, 100, 100), 23: (100, max(100, close), min(100, close), close)}, symbol="BTCUSDT")
    orders = [order(f"10:00:{second:02}", "BTCUSDT", "sell", 1, 100, day=day) for second in range(n_orders)]
    times = ("00:00:00", "23:00:00")
    interest = [{"observed_at": f"{day} {time}", "symbol": "BTCUSDT", "oi_base": 10 + day.day} for time in times]
    lake.put("candles", "binance", day, bars)
    lake.put("liquidations", "binance", day, orders, feed="binance.force_orders")
    lake.put("open_interest", "binance", day, interest)
    lake.put("funding", "binance", day, [{"settled_at": f"{day} 00:00:00", "symbol": "BTCUSDT", "rate": day.day / 1e5}])
    lake.put("caps", "coinmetrics", day, [{"observed_at": day, "asset": "BTC", "supply": 20}])


@pytest.fixture(scope="module")
def three_days(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Not to be changed."""
    lake = Lake(tmp_path_factory.mktemp("three-days"))
    for day in DAYS:
        fill(lake, day)
    lake.build(DAYS)
    return lake


def test_days_loaded_one_by_one_backwards_give_what_one_build_gives_and_so_does_one_loaded_twice(
    three_days: Lake, empty_lake: Lake
) -> None:
    for day in reversed(DAYS):
        fill(empty_lake, day)
        empty_lake.build([day])
    assert empty_lake.marts() == three_days.marts()
    empty_lake.build([DAYS[1]])
    assert empty_lake.marts() == three_days.marts()


def test_a_day_loaded_again_with_fewer_rows_shrinks_and_changes_the_day_after(three_days: Lake, tmp_path: Path) -> None:
    lake = three_days.copy(tmp_path / "home")
    fill(lake, DAYS[1], close=80, n_orders=1)
    lake.build([DAYS[1]])
    orders = lake.rows("select day, n_orders from marts.liquidations_by_venue_daily order by day")
    assert orders == [(DAYS[0], 3), (DAYS[1], 1), (DAYS[2], 3)]
    changes = lake.rows("select change_usd from marts.market_cap_changes_daily order by day")
    assert changes == [(None,), (-600,), (600,)]
    r24 = lake.rows("select r24_max_usd from marts.liquidations_market_daily order by day")
    assert r24 == [(None,), (300,), (300,)]


def test_a_dataset_that_vanishes_from_a_day_leaves_no_rows_behind(three_days: Lake, tmp_path: Path) -> None:
    lake = three_days.copy(tmp_path / "home")
    lake.put(
        "liquidations", "binance", DAYS[0], [], feed="binance.force_orders", states=dict.fromkeys(range(24), "missing")
    )
    lake.build(DAYS[:1])
    of_day = lake.marts(f"day = '{DAYS[0]}'")
    assert [name for name, rows in of_day.items() if name.startswith("liquidations") and rows] == []
    assert of_day["market_cap_changes_daily"]


def test_a_lake_with_nothing_in_it_builds_every_mart_empty_and_with_its_types(
    empty_lake: Lake, three_days: Lake
) -> None:
    empty_lake.build(DAYS)
    assert {name: rows for name, rows in empty_lake.marts().items() if rows} == {}
    assert _types(empty_lake.settings.paths.warehouse) == _types(three_days.settings.paths.warehouse)


def _types(file: Path) -> list[tuple[str, ...]]:
    query = "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'marts' order by all"
    with duckdb.connect(str(file), read_only=True) as db:
        return db.execute(query).fetchall()
