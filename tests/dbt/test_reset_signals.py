"""What the days after a flush say of it, though they are loaded later and one of them late."""

from datetime import date, timedelta

import pytest

from tests.dbt.lake import Lake, Row, at, hourly
from tests.dbt.scenarios.liquidations import order

FLUSH = date(2027, 3, 10)
CLOSES = {-1: 90_500, 0: 79_000, 1: 85_000, 2: 91_000}
COINS = {-1: (900, 1_000), 0: (1_000, 950), 1: (950, 900), 2: (900, 900)}
RATES = {-1: 0.0004, 0: 0.0004, 1: 0.0001, 2: 0.00004}
MILLIONS = {-1: 10, 0: 400, 1: 100, 2: 20}
PRIOR_LOW = 90_500


def test_signals_of_a_flush_follow_the_two_days_after_it(empty_lake: Lake) -> None:
    for number in (-1, 0, 2):
        _put(empty_lake, number)
    empty_lake.build([_day(number) for number in (-1, 0, 2)], "regime_daily", "reset_signals")
    assert _regimes(empty_lake) == ["quiet", "long_flush", "rally_without_leverage"]
    assert _signals(empty_lake) == {
        "oi_flushed": ("partial", pytest.approx(-0.05), FLUSH),
        "funding_reset": ("not_visible", pytest.approx(0.0004), FLUSH),
        "funding_capitulated": ("not_visible", pytest.approx(0.0004), FLUSH),
        "longs_cleared": ("partial", None, FLUSH),
        "price_repaired": ("complete", pytest.approx(91_000 / PRIOR_LOW - 1), _day(2)),
    }
    _put(empty_lake, 1)
    empty_lake.build([_day(1)], "regime_daily", "reset_signals")
    assert _signals(empty_lake) == {
        "oi_flushed": ("complete", pytest.approx(-0.1), _day(1)),
        "funding_reset": ("complete", pytest.approx(0.00004), _day(1)),
        "funding_capitulated": ("not_visible", pytest.approx(0.00004), _day(1)),
        "longs_cleared": ("complete", pytest.approx(0.25), _day(1)),
        "price_repaired": ("complete", pytest.approx(91_000 / PRIOR_LOW - 1), _day(2)),
    }


def _put(lake: Lake, number: int) -> None:
    day, opened, close = _day(number), CLOSES.get(number - 1, 90_500), CLOSES[number]
    path = {0: (opened, opened, opened, opened), 20: (opened, max(opened, close), min(opened, close), close)}
    lake.put("candles", "binance", day, hourly(day, path, symbol="BTCUSDT"))
    coins = zip(("00:05:00", "23:55:00"), COINS[number], strict=True)
    interest: list[Row] = [{"observed_at": at(day, time), "symbol": "BTCUSDT", "oi_base": base} for time, base in coins]
    lake.put("open_interest", "binance", day, interest)
    settled = [at(day, time) for time in ("00:00:00", "08:00:00", "16:00:00")]
    lake.put(
        "funding",
        "binance",
        day,
        [{"settled_at": time, "symbol": "BTCUSDT", "rate": RATES[number], "interval_h": 8} for time in settled],
    )
    orders = [
        order(time, "BTCUSDT", side, share * MILLIONS[number] * 1e6 / close, close, day=day)
        for time, side, share in (("21:00:00", "sell", 0.9), ("21:00:05", "buy", 0.1))
    ]
    lake.put("liquidations", "binance", day, orders, feed="binance.force_orders")


def _day(number: int) -> date:
    return FLUSH + timedelta(days=number)


def _regimes(lake: Lake) -> list[str]:
    return [name for (name,) in lake.rows("select regime from marts.regime_daily order by day")]


def _signals(lake: Lake) -> dict[str, tuple[object, ...]]:
    query = f"select signal, state, value, judged_on from marts.reset_signals where day = '{FLUSH}'"
    return {signal: tuple(rest) for signal, *rest in lake.rows(query)}
