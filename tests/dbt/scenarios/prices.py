"""Two days of BTC: three venues of which one has a bad wick, then one venue that breaks levels and comes back."""

from datetime import date, timedelta

from tests.dbt.lake import Lake, hourly

WICK = date(2026, 5, 10)
BREAK = WICK + timedelta(days=1)
_WICKS = {
    "binance": (84_211.4, 84_700.0, 75_500.0, 78_706.8),
    "bybit": (84_205.0, 84_690.0, 75_689.6, 78_700.0),
    "kraken": (84_220.0, 84_650.0, 69_524.0, 78_650.0),
}


def fill(lake: Lake) -> None:
    """Write both days; Kraken's bars name their asset themselves, as own files do."""
    for venue, (first, high, low, last) in _WICKS.items():
        named = {"asset": "BTC"} if venue == "kraken" else {"symbol": "BTCUSDT"}
        bars = {0: (first, high, first, first), 18: (first, first, low, last)}
        lake.put("candles", venue, WICK, hourly(WICK, bars, **named))
    fall = {
        0: (78_700, 78_700, 78_700, 78_700),
        9: (78_700, 78_700, 74_000, 74_500),
        12: (74_500, 76_000, 74_500, 76_000),
    }
    lake.put("candles", "binance", BREAK, hourly(BREAK, fall, symbol="BTCUSDT"))
