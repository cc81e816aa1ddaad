"""One day of orders on three venues after a day of two, with every sum small enough to check by hand."""

from datetime import date, timedelta

from tests.dbt.lake import Lake, Row, at, hourly

DAY = date(2026, 1, 11)
PRIOR = DAY - timedelta(days=1)


def order(time: str, symbol: str, side: str, quantity: float, price: float, unit: str = "base", day: date = DAY) -> Row:
    """An order as a feed publishes it: `side` is the order's, not the position's."""
    named = {"occurred_at": at(day, time), "symbol": symbol, "order_side": side, "price_basis": "average"}
    return {**named, "quantity": quantity, "quantity_unit": unit, "price": price}


def interest(symbol: str, column: str, size: float) -> list[Row]:
    """Open interest at both ends of the day."""
    return [{"observed_at": at(DAY, time), "symbol": symbol, column: size} for time in ("00:00:00", "23:55:00")]


def fill(lake: Lake) -> None:
    """Write both days."""
    prior = [
        order("12:00:00", "BTCUSDT", "buy", 1, 90_000, day=PRIOR),
        order("23:30:00", "BTCUSDT", "sell", 10, 90_000, day=PRIOR),
    ]
    binance = [
        order("00:10:05", "BTCUSDT", "sell", 2, 90_000),
        order("09:30:00", "1000PEPEUSDT", "sell", 2_000_000, 0.01),
        order("17:00:10", "BTCUSDT", "sell", 5, 84_000),
        order("17:00:40", "ETHUSDT", "sell", 300, 2_800),
        order("17:04:59", "ETHUSDT", "buy", 100, 2_700),
        order("18:00:00", "NOSUCHUSDT", "sell", 1, 5),
        order("18:00:01", "NOSUCHUSDT", "sell", 1, 5),
    ]
    bybit = [order("17:30:00", "BTCUSDT", "buy", 1, 85_000)]
    bitmex = [order("17:59:59.999", "XBTUSD", "sell", 100_000, 80_000, unit="contracts")]
    lake.put("liquidations", "binance", PRIOR, prior, feed="binance.force_orders")
    lake.put("liquidations", "binance", DAY, binance, feed="binance.force_orders")
    lake.put("liquidations", "bybit", DAY, bybit, feed="tardis.liquidations", simulated=True)
    lake.put("liquidations", "bitmex", DAY, bitmex, feed="tardis.liquidations", states={3: "partial"})
    lake.put("open_interest", "binance", DAY, interest("BTCUSDT", "oi_base", 1_000))
    lake.put("open_interest", "bybit", DAY, interest("BTCUSDT", "oi_base", 200))
    lake.put("open_interest", "bitmex", DAY, interest("XBTUSD", "oi_contracts", 9_000_000))
    lake.put("open_interest", "okx", DAY, interest("BTC-USDT-SWAP", "oi_base", 5_000))
    lake.put("candles", "binance", DAY, hourly(DAY, {0: (90_000, 90_000, 90_000, 90_000)}, symbol="BTCUSDT"))
