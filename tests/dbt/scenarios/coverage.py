"""A venue that had files and then none, and one that came back after more than a week."""

from datetime import date, timedelta

from tests.dbt.lake import Lake, hourly

FIRST = date(2026, 7, 10)
GONE = FIRST + timedelta(days=2)
FORGOTTEN = FIRST + timedelta(days=8)


def fill(lake: Lake) -> None:
    """Write Binance on all three days, Bybit on the first only."""
    for day in (FIRST, GONE, FORGOTTEN):
        bars = hourly(day, {0: (100, 100, 100, 100)}, symbol="BTCUSDT")
        lake.put("candles", "binance", day, bars, states={5: "partial"} if day == GONE else None)
    lake.put("candles", "bybit", FIRST, hourly(FIRST, {0: (100, 100, 100, 100)}, symbol="BTCUSDT"))
