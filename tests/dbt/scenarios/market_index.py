"""Three days on which prices stand still over midnight while everything else changes: members, supplies and who states them.

BTC 10 coins, ETH 100, SOL 1 000; everything is hourly. On the second day SOL has a hole in its prices, and ETH has 300 coins. On the
third SOL is back, and a second publisher knows of 30 BTC where the first has 10.
"""

from datetime import date, timedelta

from tests.dbt.lake import Lake, hourly, without_hours

FIRST = date(2025, 3, 10)
SECOND, THIRD = FIRST + timedelta(days=1), FIRST + timedelta(days=2)
_PRICES = {
    "BTC": {FIRST: (100, 100), SECOND: (100, 110), THIRD: (110, 110)},
    "ETH": {FIRST: (10, 10), SECOND: (10, 10), THIRD: (10, 10)},
    "SOL": {FIRST: (5, 5), SECOND: (5, 6), THIRD: (6, 6)},
}


def fill(lake: Lake) -> None:
    """Write the three days."""
    for day in (FIRST, SECOND, THIRD):
        bars = {asset: _bars(asset, day) for asset in _PRICES}
        if day == SECOND:
            bars["SOL"] = without_hours(bars["SOL"], (10, 11))
        lake.put("candles", "binance", day, [bar for asset in bars.values() for bar in asset])
        supplies = {"BTC": 10, "ETH": 100 if day == FIRST else 300, "SOL": 1_000}
        caps = [{"observed_at": day, "asset": asset, "supply": supply} for asset, supply in supplies.items()]
        lake.put("caps", "coinmetrics", day, caps)
        if day == THIRD:
            lake.put("caps", "coingecko", day, [{"observed_at": day, "asset": "BTC", "supply": 30}])


def _bars(asset: str, day: date) -> list[dict[str, object]]:
    first, last = _PRICES[asset][day]
    hours = {0: (first, first, first, first), 20: (first, max(first, last), min(first, last), last)}
    return [dict(row) for row in hourly(day, hours, symbol=f"{asset}USDT")]
