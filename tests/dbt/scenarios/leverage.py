"""A day of open interest in coins (Binance) and in inverse contracts (BitMEX), with funding of both and the next midnight's."""

from datetime import date, timedelta

from tests.dbt.lake import Lake, Row, at, hourly

DAY = date(2026, 6, 10)
NEXT = DAY + timedelta(days=1)


def fill(lake: Lake) -> None:
    """Write the day and the settlements of the next one."""
    fall = {0: (100, 100, 100, 100), 12: (100, 100, 90, 90)}
    lake.put("candles", "binance", DAY, hourly(DAY, fall, symbol="BTCUSDT"))
    lake.put("open_interest", "binance", DAY, _ends("BTCUSDT", "oi_base", 1_000, 800))
    lake.put("open_interest", "bitmex", DAY, _ends("XBTUSD", "oi_contracts", 50_000, 45_000))
    today = [_settled(DAY, "BTCUSDT", hour, rate, 8) for hour, rate in ((0, 0.0001), (8, 0.0002), (16, -0.0001))]
    unstated = [_settled(DAY, "ETHUSDT", hour, 0.0001, None) for hour in range(0, 24, 4)]
    lake.put("funding", "binance", DAY, [*today, *unstated])
    lake.put("funding", "bitmex", DAY, [_settled(DAY, "XBTUSD", hour, 0.0004, 8) for hour in (0, 8, 16)])
    lake.put(
        "funding",
        "binance",
        NEXT,
        [_settled(NEXT, "BTCUSDT", 0, -0.0004, 8), _settled(NEXT, "ETHUSDT", 0, -0.0001, None)],
    )


def _ends(symbol: str, unit: str, first: float, last: float) -> list[Row]:
    times = {"00:05:00": first, "23:55:00": last}
    return [{"observed_at": at(DAY, time), "symbol": symbol, unit: value} for time, value in times.items()]


def _settled(day: date, symbol: str, hour: int, rate: float, interval_h: float | None) -> Row:
    late = timedelta(hours=hour, milliseconds=8)
    return {"settled_at": at(day) + late, "symbol": symbol, "rate": rate, "interval_h": interval_h}
