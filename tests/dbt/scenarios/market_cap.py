"""Three days of a market of two coins and a stablecoin, and a coin with a hole in its prices.

Coins: BTC has 10, then 11; ETH 100; USDT 1 000; SOL 1 000. Everything is hourly.
"""

from datetime import date, timedelta

from tests.dbt.lake import Lake, hourly, without_hours

DAY = date(2026, 4, 11)
PRIOR, NEXT = DAY - timedelta(days=1), DAY + timedelta(days=1)
_PRICES = {
    "BTC": {
        PRIOR: {0: (100, 100, 100, 100)},
        DAY: {0: (102, 110, 100, 105), 1: (105, 108, 90, 95), 2: (95, 96, 80, 85), 3: (85, 92, 84, 90)},
        NEXT: {0: (90, 90, 90, 90), 5: (90, 90, 80, 80), 6: (80, 85, 80, 85)},
    },
    "ETH": {
        PRIOR: {0: (10, 10, 10, 10)},
        DAY: {0: (10, 10, 10, 10), 23: (10, 10, 8, 8)},
        NEXT: {0: (8, 8, 8, 8)},
    },
    "SOL": {PRIOR: {0: (5, 5, 5, 5)}, DAY: {0: (5, 5, 5, 5)}, NEXT: {0: (5, 5, 5, 5)}},
}


def fill(lake: Lake) -> None:
    """Write the three days."""
    for day in (PRIOR, DAY, NEXT):
        bars = {asset: hourly(day, _PRICES[asset][day], symbol=f"{asset}USDT") for asset in _PRICES}
        if day == DAY:
            bars["SOL"] = without_hours(bars["SOL"], (10, 11, 12))
        lake.put("candles", "binance", day, [bar for asset in bars.values() for bar in asset])
        supplies = {"BTC": 10 if day == PRIOR else 11, "ETH": 100, "SOL": 1_000}
        caps = [{"observed_at": day, "asset": asset, "supply": supply} for asset, supply in supplies.items()]
        stable = {"observed_at": day, "asset": "USDT", "cap_usd": 1_000, "price_usd": 1.0}
        lake.put("caps", "coinmetrics", day, [*caps, stable])
