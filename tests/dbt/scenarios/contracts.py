"""One day of orders in every unit that venues publish, each where taking it for another is the error that was seen in the field."""

from datetime import date

from tests.dbt.lake import Lake
from tests.dbt.scenarios.liquidations import order

DAY = date(2026, 8, 10)


def fill(lake: Lake) -> None:
    """Write the orders of four venues and an own file's."""
    tardis = {
        "okx": [
            order("01:00:00", "BTC-USDT-SWAP", "sell", 1_000, 80_000, unit="contracts", day=DAY),
            order("01:00:01", "DOGE-USDT-SWAP", "sell", 10, 0.2, unit="contracts", day=DAY),
            order("01:00:02", "ETH-USD-SWAP", "buy", 50, 2_500, unit="contracts", day=DAY),
        ],
        "deribit": [order("02:00:00", "ETH-PERPETUAL", "sell", 30_000, 2_500, unit="usd", day=DAY)],
        "bitmex": [order("03:00:00", "ETHUSD", "sell", 100, 2_500, unit="contracts", day=DAY)],
    }
    for venue, orders in tardis.items():
        lake.put("liquidations", venue, DAY, orders, feed="tardis.liquidations")
    stated = {"occurred_at": f"{DAY} 04:00:00", "asset": "SOL", "liquidated_side": "short", "notional_usd": 7_000}
    lake.put("liquidations", "hyperliquid", DAY, [stated], feed="own.liquidations")
    nameless = order("05:00:00", "币安人生USDT", "sell", 100, 0.5, day=DAY)
    lake.put("liquidations", "binance", DAY, [nameless], feed="binance.force_orders")
