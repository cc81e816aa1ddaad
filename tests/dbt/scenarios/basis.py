"""Days that have orders and an aggregator's bars, or the same orders from two feeds: nothing may be counted twice."""

from datetime import date, timedelta

from tests.dbt.lake import Lake, Row, at
from tests.dbt.scenarios.liquidations import order

COMPLETE_ORDERS = date(2026, 2, 10)
PARTIAL_ORDERS = date(2026, 2, 20)
EMPTY_BARS = date(2026, 3, 5)
TWO_FEEDS = date(2026, 3, 15)
HALF_A_DAY = dict.fromkeys(range(12), "missing")


def fill(lake: Lake) -> None:
    """Write the days; they are too far apart to matter to each other."""
    for day, states in ((COMPLETE_ORDERS, {}), (PARTIAL_ORDERS, HALF_A_DAY), (EMPTY_BARS, HALF_A_DAY)):
        orders = [
            order("13:00:00", "BTCUSDT", "sell", 1, 80_000, day=day),
            order("13:00:30", "ETHUSDT", "buy", 2, 2_500, day=day),
        ]
        lake.put("liquidations", "binance", day, orders, feed="binance.force_orders", states=states)
    for day, usd in ((COMPLETE_ORDERS, 1_000), (PARTIAL_ORDERS, 1_000), (EMPTY_BARS, 0)):
        lake.put("liquidation_bars", "coinglass", day, _bars(day, usd), feed="coinglass.liquidations")
    recorded = [order(f"10:00:{second:02}", "BTCUSDT", "sell", 1, 80_000, day=TWO_FEEDS) for second in range(3)]
    logged = [{**row, "feed": "binance.force_order_log"} for row in recorded[:2]]
    lake.put("liquidations", "binance", TWO_FEEDS, [*recorded, *logged], feed="binance.force_orders")


def _bars(day: date, usd: float) -> list[Row]:
    opened = [at(day) + timedelta(hours=hour) for hour in range(24)]
    return [
        {"open_at": open_at, "interval_s": 3600, "asset": "BTC", "long_usd": usd, "short_usd": usd / 2}
        for open_at in opened
    ]
