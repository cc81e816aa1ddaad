"""Five weeks of SOL in hourly bars with a book of its own, of which one day has a gap, and then a day of a fall into a thin book."""

import math
from datetime import date, timedelta

from tests.dbt.lake import Lake, Row, at, hourly, without_hours

FIRST = date(2023, 3, 1)
GAP = FIRST + timedelta(days=7)
LAST = FIRST + timedelta(days=34)
DAYS = [FIRST + timedelta(days=number) for number in range(35)]
USUAL = [day for day in DAYS if day not in (GAP, LAST)]
FALL = (100, 110, 90, 90)
VOLUME = 24_000


def swing(day: date) -> float:
    """How far the price rises, and falls back an hour later, as a logarithm: 1, 2 or 3 %."""
    return 0.01 * (1 + day.toordinal() % 3)


def rests(day: date) -> float:
    """USDT on each side of the book; a tenth of the usual on the last day."""
    return 1e5 if day == LAST else 1e6 * (1 + 0.1 * (day.toordinal() % 2))


def fill(lake: Lake) -> None:
    """Write all days."""
    for day in DAYS:
        fill_day(lake, day)


def fill_day(lake: Lake, day: date) -> None:
    """Bars with 24 000 USDT traded, and a book seen twice."""
    top = 100 * math.exp(swing(day))
    path = {0: (100, 100, 100, 100), 5: (100, top, 100, top), 6: (top, top, 100, 100)}
    if day == LAST:
        path = {0: (100, 100, 100, 100), 5: FALL}
    bars = [{**bar, "quote_volume": VOLUME / 24} for bar in hourly(day, path, symbol="SOLUSDT")]
    lake.put("candles", "binance", day, without_hours(bars, [12]) if day == GAP else bars)
    lake.put("depth", "binance", day, [*_book(day, "SOLUSDT", 0.9), *_book(day, "SOLUSDT", 1.1, "12:00:09")])
    lake.put("depth", "elsewhere", day, _book(day, "NEWUSDT", 1))


def _book(day: date, symbol: str, scale: float, clock: str = "00:00:09") -> list[Row]:
    named = {"observed_at": at(day, clock), "symbol": symbol, "depth_base": 1}
    usual, further = rests(day) * scale, 9e9
    sides = [("bid", 1, usual), ("ask", 1, 2 * usual), ("bid", 5, further), ("ask", 5, further)]
    return [{**named, "side": side, "within_pct": pct, "depth_quote": quote} for side, pct, quote in sides]
