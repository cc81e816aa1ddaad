"""What is said of a day stands, whatever the days after it bring; and its levels, whatever the day itself brings."""

import math
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.dbt.lake import Lake, at, hourly

FIRST = date(2024, 3, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(48)]
TODAY = DAYS[42]
AFTER = DAYS[43:]
# These say what followed a day; their rows are told on the day from which it is known.
LOOK_AHEAD = {"analog_days", "reset_signals"}


def test_the_days_after_change_nothing_of_a_day_nor_a_day_its_own_levels(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "home")
    for day in DAYS:
        _put(lake, day)
    lake.build(DAYS)
    before, levels = _until(lake, DAYS[41]), _levels(lake)
    broken = lake.rows(f"select level_usd from marts.level_breaks where day = '{TODAY}'")
    assert before["level_breaks"]
    assert {"swing low", "20 day mean", "30 day low", "point of control", "prior week low"} <= _kinds(levels)

    for day in (TODAY, *AFTER):
        _put(lake, day, scale=0.8)
    lake.build([TODAY, *AFTER])
    assert lake.rows(f"select level_usd from marts.level_breaks where day = '{TODAY}'") != broken
    assert _levels(lake) == levels
    for mart, rows in _until(lake, DAYS[41]).items():
        assert rows == before[mart], mart


def _put(lake: Lake, day: date, scale: float = 1.0) -> None:
    """A day that opens where it always does, and then trades at `scale` of its path."""
    path = [61_000 * (1 + 0.06 * math.sin((day.toordinal() * 24 + hour) / 40)) for hour in range(25)]
    path = [path[0], *(price * scale for price in path[1:])]
    bars = {
        hour: (path[hour], max(path[hour : hour + 2]), min(path[hour : hour + 2]), path[hour + 1]) for hour in range(24)
    }
    rows = [
        {**bar, "quote_volume": 1e6 * (2 + math.sin(hour))}
        for hour, bar in enumerate(hourly(day, bars, symbol="BTCUSDT"))
    ]
    lake.put("candles", "binance", day, rows)
    orders = [
        {
            "occurred_at": at(day) + timedelta(hours=hour, minutes=7),
            "symbol": "BTCUSDT",
            "order_side": "sell" if hour % 3 else "buy",
            "quantity": 1.5 + math.sin(hour + day.day),
            "quantity_unit": "base",
            "price": path[hour],
            "order_id": str(hour),
        }
        for hour in range(24)
    ]
    lake.put("liquidations", "binance", day, orders)


def _until(lake: Lake, last: date) -> dict[str, list[tuple[Any, ...]]]:
    return {mart: rows for mart, rows in lake.marts(f"day <= '{last}'").items() if mart not in LOOK_AHEAD}


def _levels(lake: Lake) -> list[tuple[Any, ...]]:
    return lake.rows(f"select level_usd, kinds from intermediate.int_levels where day = '{TODAY}' order by 1")


def _kinds(levels: list[tuple[Any, ...]]) -> set[str]:
    return {kind for _, kinds in levels for kind in kinds.split(", ")}
