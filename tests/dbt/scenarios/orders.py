"""A fall told minute by minute, with a wave in which price and liquidations take turns; of three venues one mistakes the sides."""

from collections.abc import Sequence
from datetime import date, timedelta

from tests.dbt.lake import Lake, Row, at
from tests.dbt.scenarios.liquidations import order

DAY = date(2028, 5, 10)
EARLIER = DAY - timedelta(days=5)
WAVE = {"17:00": 10e6, "17:01": 20e6, "17:02": 15e6, "17:03": 25e6, "17:04": 5e6}
CLOSES = {"17:00": 59_000, "17:01": 59_000, "17:02": 57_000, "17:03": 57_500, "17:04": 55_000}


def fill(lake: Lake) -> None:
    """Write bars and orders of the day."""
    lake.put("candles", "binance", DAY, minutes(60_000, CLOSES))
    wave = [stated(clock, "long", usd, price=CLOSES[clock]) for clock, usd in WAVE.items()]
    lake.put("liquidations", "right", DAY, wave, feed="own.liquidations")
    for venue, n_orders in {"wrong": 20, "few": 19}.items():
        shorts = [stated(f"03:{minute:02}", "short", 1_000) for minute in range(n_orders)]
        lake.put("liquidations", venue, DAY, shorts, feed="own.liquidations")
    every_other = [f"02:{second // 60:02}:{second % 60:02}" for second in range(0, 3600, 2)]
    throttled = [order(clock, "ETHUSDT", "sell", 0.005, 2_000, day=DAY) for clock in every_other]
    lake.put("liquidations", "binance", DAY, throttled, feed="binance.force_orders")


def fill_earlier(lake: Lake) -> None:
    """Write a day without bars whose loading makes the later day's waves be told anew."""
    lake.put("liquidations", "right", EARLIER, [stated("17:00", "long", 1_000, day=EARLIER)], feed="own.liquidations")


def stated(clock: str, side: str, usd: float, price: float | None = None, day: date = DAY) -> Row:
    """An order that states its side and USD."""
    return {
        "occurred_at": at(day, f"{clock}:00"),
        "asset": "BTC",
        "liquidated_side": side,
        "notional_usd": usd,
        "price": price,
    }


def minutes(open_usd: float, closes: dict[str, int]) -> Sequence[Row]:
    """1440 bars of BTC, flat but where a close is given."""
    rows, last = [], open_usd
    for minute in range(1440):
        open_at = at(DAY) + timedelta(minutes=minute)
        close = closes.get(f"{open_at:%H:%M}", last)
        ends = {"open": last, "high": max(last, close), "low": min(last, close), "close": close}
        rows.append({"open_at": open_at, "interval_s": 60, "symbol": "BTCUSDT", **ends})
        last = close
    return rows
