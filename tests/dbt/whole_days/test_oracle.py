"""Headline figures of the simulated market against plain Python over the rows of the lake, to 1e-9 of each.

Nothing of the models is used: contracts, sides and windows are worked out again here from METHODOLOGY's sentences.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from orchestration import sample_market
from orchestration.feeds.catalog import SOURCES
from orchestration.feeds.datasets import DATASETS
from orchestration.landing.fetch import fetch_days
from orchestration.landing.lake import land_day
from orchestration.sample_market import calendar
from orchestration.settings import Settings
from tests.dbt.whole_days import small_lake as lake

EVENT = calendar.EVENT_DAY
BEFORE = EVENT - timedelta(days=1)
INVERSE = {"XBTUSD"}
Order = tuple[datetime, str, str, float]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The event's day and the one before, of two assets, landed and built."""
    root = tmp_path_factory.mktemp("oracle")
    sample_market.write(root / "archive", first_day=BEFORE, last_day=EVENT, assets=("BTC", "ETH"), workers=1)
    settings = Settings(home=root / "home", archive=str(root / "archive"), assets=("BTC", "ETH"), threads=2)
    for source in SOURCES:
        fetch_days(settings, source, [BEFORE, EVENT], lambda _: None)
    for dataset in DATASETS:
        for day in (BEFORE, EVENT):
            land_day(settings, dataset, day)
    lake.load(settings, BEFORE, EVENT)
    return settings


def test_liquidations_of_the_market_and_its_assets(market: Settings) -> None:
    orders = [order for order in _orders(market) if order[0].date() == EVENT]
    total, longs = sum(usd for *_, usd in orders), sum(usd for _, _, side, usd in orders if side == "long")
    assert total > 1e6
    expected = (total, longs, total - longs, longs / total, len(orders), max(usd for *_, usd in orders))
    columns = "total_usd, long_usd, short_usd, long_share, n_orders, largest_order_usd"
    assert _row(market, "liquidations_market_daily", columns) == pytest.approx(expected, rel=1e-9)
    by_asset: dict[str, float] = defaultdict(float)
    for _, asset, _, usd in orders:
        by_asset[asset] += usd
    for rank, (asset, usd) in enumerate(sorted(by_asset.items(), key=lambda pair: -pair[1]), start=1):
        found = _row(market, "liquidations_by_asset_daily", "total_usd, rank", f"and asset = '{asset}'")
        assert found == pytest.approx((usd, rank), rel=1e-9)


def test_busiest_hour_and_largest_24_hours(market: Settings) -> None:
    minutes: dict[int, float] = defaultdict(float)
    midnight = lake.at(EVENT)
    for occurred_at, _, _, usd in _orders(market):
        minutes[int((occurred_at - midnight).total_seconds() // 60)] += usd
    hours = [sum(minutes.get(n, 0.0) for n in range(first, first + 60)) for first in range(1440 - 59)]
    days = [sum(minutes.get(n, 0.0) for n in range(last - 1439, last + 1)) for last in range(1440)]
    columns = "busiest_1m_usd, busiest_1h_usd, r24_max_usd"
    expected = (max(usd for n, usd in minutes.items() if n >= 0), max(hours), max(days))
    assert _row(market, "liquidations_market_daily", columns) == pytest.approx(expected, rel=1e-9)
    (r24_at,) = _row(market, "liquidations_market_daily", "r24_max_at")
    assert r24_at == midnight + timedelta(minutes=days.index(max(days)) + 1)


def test_market_cap_from_close_to_close_and_its_deepest_fall(market: Settings) -> None:
    supply = {(asset, day): coins for asset, day, coins in lake.lake_rows(market, "caps", "asset, day, supply")}
    bars = _bars(market)
    for asset in ("BTC", "ETH"):
        today, yesterday = bars[asset, EVENT], bars[asset, BEFORE]
        prior = yesterday[-1][4] * supply[asset, BEFORE]
        close = today[-1][4] * supply[asset, EVENT]
        peak, deepest = 0.0, 0.0
        for _, start, high, low, _ in today:
            deepest = min(deepest, low / max(peak, start) - 1)
            peak = max(peak, high)
        expected = (close, close - prior, close / prior - 1, deepest, min(bar[3] for bar in today) / today[0][1] - 1)
        columns = "close_cap_usd, change_usd, change_pct, max_drawdown_pct, open_to_low_pct"
        found = _row(market, "market_cap_changes_daily", columns, f"and asset = '{asset}'")
        assert found == pytest.approx(expected, rel=1e-9)


def test_the_total_without_stablecoins_minute_by_minute(market: Settings) -> None:
    supply = {(asset, day): coins for asset, day, coins in lake.lake_rows(market, "caps", "asset, day, supply")}
    bars = _bars(market)
    columns = [[bar[4] * supply[asset, EVENT] for bar in bars[asset, EVENT]] for asset in ("BTC", "ETH")]
    assert {len(column) for column in columns} == {1440}
    opening = sum(bars[asset, EVENT][0][1] * supply[asset, EVENT] for asset in ("BTC", "ETH"))
    path = [opening, *(sum(pair) for pair in zip(*columns, strict=True))]
    peak, worst, trough = 0.0, 0.0, 0
    for n, cap in enumerate(path):
        peak = max(peak, cap)
        if cap / peak - 1 < worst:
            worst, trough = cap / peak - 1, n
    expected = (path[0], path[-1], min(path), max(path), worst)
    names = "open_cap_usd, close_cap_usd, low_cap_usd, high_cap_usd, max_drawdown_pct"
    where = "and universe = 'ex_stables'"
    assert _row(market, "market_cap_total_daily", names, where) == pytest.approx(expected, rel=1e-9)
    (at,) = _row(market, "market_cap_total_daily", "drawdown_trough_at", where)
    assert at == lake.at(EVENT) + timedelta(minutes=trough)


def _orders(settings: Settings) -> list[Order]:
    """Every order of both days: when, asset, side that was liquidated, USD."""
    rows = lake.lake_rows(settings, "liquidations", "occurred_at, symbol, order_side, quantity, quantity_unit, price")
    orders = []
    for occurred_at, symbol, side, quantity, unit, price in rows:
        assert (unit == "contracts") == (symbol in INVERSE)
        usd = quantity if symbol in INVERSE else quantity * price
        asset = symbol.removesuffix("USDT").removesuffix("USD").replace("XBT", "BTC")
        orders.append((occurred_at, asset, "long" if side == "sell" else "short", usd))
    return orders


def _bars(settings: Settings) -> dict[tuple[str, date], list[tuple[Any, ...]]]:
    """Bars by asset and day in order of time: open_at, open, high, low, close. One venue has them."""
    rows = lake.lake_rows(settings, "candles", 'symbol, day, open_at, "open", high, low, "close"')
    bars: dict[tuple[str, date], list[tuple[Any, ...]]] = defaultdict(list)
    for symbol, day, *bar in sorted(rows):
        bars[symbol.removesuffix("USDT"), day].append(tuple(bar))
    return bars


def _row(settings: Settings, mart: str, columns: str, where: str = "") -> tuple[Any, ...]:
    (row,) = lake.query(settings, f"select {columns} from marts.{mart} where day = '{EVENT}' {where}")
    return tuple(row)


def test_the_sample_has_what_the_oracle_assumes(market: Settings) -> None:
    assert {row[0] for row in lake.lake_rows(market, "candles", "distinct venue")} == {"binance"}
