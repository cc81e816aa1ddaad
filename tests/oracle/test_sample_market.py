"""An event, a quiet and an impaired day of the simulated market, from the bytes of their dumps, to 1e-9 of each figure.

On the quiet day a dump tells what USDT is worth by the hour, with a gap of two hours; on the others it counts as 1.00.
"""

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from orchestration import sample_market
from orchestration.feeds.catalog import SOURCES
from orchestration.feeds.datasets import DATASETS
from orchestration.landing.fetch import fetch_days
from orchestration.landing.lake import land_day
from orchestration.sample_market import calendar
from orchestration.settings import Settings
from tests.dbt.whole_days import small_lake as lake
from tests.oracle import figures
from tests.oracle.figures import Order
from tests.sample_market import dump_reader as dumps

EVENT = calendar.EVENT_DAY
QUIET = date(2026, 1, 19)
IMPAIRED = date(2026, 1, 8)
DAYS = (EVENT, QUIET, IMPAIRED)
ASSETS = ("BTC", "ETH", "XRP")
USDT = {hour: 0.998 - hour * 1.37e-5 for hour in range(24) if hour not in (10, 11)}
ONE_DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The days and each one before, of three assets, landed and built by whichever worker comes first."""
    root = tmp_path_factory.getbasetemp().parent / "oracle"
    settings = Settings(home=root / "home", archive=str(root / "archive"), assets=ASSETS, threads=2)
    with FileLock(f"{root}.lock"):
        if not (root / "done").exists():
            _load(settings)
            (root / "done").touch()
    return settings


def _load(settings: Settings) -> None:
    sample_market.write(_archive(settings), first_day=IMPAIRED - ONE_DAY, last_day=EVENT, assets=ASSETS, workers=1)
    _write_stablecoin(_archive(settings))
    days = [day - before for day in DAYS for before in (ONE_DAY, timedelta())]
    for source in SOURCES:
        fetch_days(settings, source, days, lambda _: None)
    for dataset in DATASETS:
        for day in days:
            land_day(settings, dataset, day)
    lake.load(settings, *days)


def _write_stablecoin(archive: Path) -> None:
    """Hourly bars of USDT in USD on the quiet day."""
    rows = [f"kraken-spot,{QUIET} {hour:02}:00:00,3600,USDT,1,1.5,0.5,{price!r}" for hour, price in USDT.items()]
    path = archive / f"own/candles/{QUIET}.csv"
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(("venue,open_at,interval_s,asset,open,high,low,close", *rows, "")))


@pytest.mark.parametrize("day", DAYS)
def test_liquidations_of_the_market_its_assets_and_venues(market: Settings, day: date) -> None:
    orders = list(_orders(market, day))
    total, longs, shorts, n_orders, largest = figures.liquidated(orders)
    assert n_orders > 50
    columns = "total_usd, long_usd, short_usd, long_share, n_orders, largest_order_usd"
    expected = (total, longs, shorts, longs / total, n_orders, largest)
    assert _rows(market, "liquidations_market_daily", columns, day) == [_close(expected)]
    columns = "asset, total_usd, long_usd, short_usd, n_orders, largest_order_usd"
    by_asset = {
        asset: figures.liquidated(found) for asset, found in figures.by(orders, lambda order: order.asset).items()
    }
    found = _rows(market, "liquidations_by_asset_daily", columns, day, "order by asset")
    assert found == [(asset, *_close(by_asset[asset])) for asset in sorted(by_asset)]
    ranked = sorted(by_asset, key=lambda asset: -by_asset[asset][0])
    assert [asset for (asset,) in _rows(market, "liquidations_by_asset_daily", "asset", day, "order by rank")] == ranked
    groups = figures.by(orders, lambda order: (order.venue, order.asset))
    columns = "venue, asset, total_usd, long_usd, short_usd, n_orders"
    found = _rows(
        market, "liquidations_by_venue_daily", columns, day, "and total_usd is not null order by venue, asset"
    )
    assert found == [(*key, *_close(figures.liquidated(groups[key])[:4])) for key in sorted(groups)]


@pytest.mark.parametrize("day", DAYS)
def test_the_busiest_stretches_and_the_largest_24_hours(market: Settings, day: date) -> None:
    orders = list(_orders(market, day))
    stretches = {"1m": 1, "5m": 5, "1h": 60, "4h": 240, "12h": 720}
    columns = ", ".join(f"busiest_{name}_usd" for name in stretches)
    expected = tuple(figures.busiest(orders, minutes) for minutes in stretches.values())
    assert _rows(market, "liquidations_market_daily", columns, day) == [_close(expected)]
    before = [
        Order(one.second - figures.DAY_S, one.venue, one.asset, one.is_long, one.usd)
        for one in _orders(market, day - ONE_DAY)
    ]
    usd, second = figures.largest_24_hours([*before, *orders])
    ((r24, r24_at),) = _rows(market, "liquidations_market_daily", "r24_max_usd, r24_max_at", day)
    assert (r24, r24_at) == (_close(usd), lake.at(day, second))


@pytest.mark.parametrize("day", DAYS)
def test_market_cap_from_close_to_close_and_its_deepest_fall(market: Settings, day: date) -> None:
    priors = {
        asset: _bars(market, asset, day - ONE_DAY)[-1][3] * _supply(market, asset, day - ONE_DAY) for asset in ASSETS
    }
    changes = 0.0
    for asset in ASSETS:
        bars, supply, prior = _bars(market, asset, day), _supply(market, asset, day), priors[asset]
        close = bars[-1][3] * supply
        peak, deepest = bars[0][0], 0.0
        for _, high, low, _ in bars:
            deepest = min(deepest, low / peak - 1)
            peak = max(peak, high)
        expected = (
            close,
            close - prior,
            close / prior - 1,
            deepest,
            min(low for _, _, low, _ in bars) / bars[0][0] - 1,
        )
        columns = "close_cap_usd, change_usd, change_pct, max_drawdown_pct, open_to_low_pct"
        assert _rows(market, "market_cap_changes_daily", columns, day, f"and asset = '{asset}'") == [_close(expected)]
        effects = "price_effect_usd, supply_effect_usd"
        before = prior / (_bars(market, asset, day - ONE_DAY)[-1][3])
        split = (before * (bars[-1][3] - prior / before), bars[-1][3] * (supply - before))
        assert _rows(market, "market_cap_changes_daily", effects, day, f"and asset = '{asset}'") == [
            pytest.approx(split, rel=1e-6, abs=1e-12 * close)
        ]
        changes += close - prior
    columns = "change_usd, change_pct"
    expected_total = (changes, changes / sum(priors.values()))
    assert _rows(market, "market_cap_total_daily", columns, day, "and universe = 'ex_stables'") == [
        pytest.approx(expected_total, rel=1e-9)
    ]


@pytest.mark.parametrize("day", DAYS)
def test_the_total_minute_by_minute(market: Settings, day: date) -> None:
    parts = {asset: _bars(market, asset, day) for asset in ASSETS}
    supply = {asset: _supply(market, asset, day) for asset in ASSETS}
    assert {len(bars) for bars in parts.values()} == {1440}
    closes = [sum(parts[asset][n][3] * supply[asset] for asset in ASSETS) for n in range(1440)]
    path = [sum(parts[asset][0][0] * supply[asset] for asset in ASSETS), *closes]
    expected = (path[0], path[-1], min(path), max(path), figures.drawdown(path))
    names = "open_cap_usd, close_cap_usd, low_cap_usd, high_cap_usd, max_drawdown_pct"
    assert _rows(market, "market_cap_total_daily", names, day, "and universe = 'ex_stables'") == [_close(expected)]
    peaks = [max(path[: n + 1]) for n in range(len(path))]
    trough = min(range(len(path)), key=lambda n: (path[n] / peaks[n], n))
    times = "drawdown_peak_at, drawdown_trough_at"
    ((_, trough_at),) = _rows(market, "market_cap_total_daily", times, day, "and universe = 'ex_stables'")
    assert trough_at == lake.at(day, trough * 60)


@pytest.mark.parametrize("day", DAYS)
def test_open_interest_before_and_after_and_its_split(market: Settings, day: date) -> None:
    for asset in ASSETS:
        ends = list(_interest(market, asset, day))
        assert ends
        first, last = (math.fsum(coins) for coins in zip(*ends, strict=True))
        opened, closed = _bars(market, asset, day)[0][0], _bars(market, asset, day)[-1][3]
        columns = "oi_coin_open, oi_coin_close, oi_usd_open, oi_usd_close, oi_usd_change_positions, oi_usd_change_price"
        split = (opened * (last - first), last * (closed - opened))
        expected = (first, last, first * opened, last * closed, *split)
        assert _rows(market, "leverage_daily", columns, day, f"and asset = '{asset}'") == [_close(expected)]


@pytest.mark.parametrize("day", DAYS)
def test_funding_at_midnight_and_the_last_one_settled(market: Settings, day: date) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    for asset in ASSETS:
        rates = dumps.funding(_archive(market), asset, f"{day:%Y-%m}")
        # The day after is not loaded, so that its midnight is not known: the last rate settled stands.
        last = max(at for at in rates if at < midnight + ONE_DAY)
        expected = (rates[midnight], rates[midnight] * 3 * 365, rates[last])
        columns = "funding_8h_open, funding_apr_open, funding_8h_close"
        assert _rows(market, "leverage_daily", columns, day, f"and asset = '{asset}'") == [_close(expected)]


def _interest(settings: Settings, asset: str, day: date) -> Iterator[tuple[float, float]]:
    """Coins at the first and the last observation of each instrument whose observations reach through the day."""
    archive = _archive(settings)
    files = [
        path for path in (dumps.metrics_path(archive, asset, near) for near in (day - ONE_DAY, day)) if path.exists()
    ]
    seen = [
        (datetime.fromisoformat(row["create_time"]), float(row["sum_open_interest"]))
        for path in files
        for row in dumps.zipped(path)
    ]
    yield from _ends([(_second(at, day), coins) for at, coins in seen])
    for venue, symbol in (("bybit", f"{asset}USDT"), ("bitmex", "XBTUSD" if asset == "BTC" else None)):
        path = dumps.tardis_path(archive, venue, "derivative_ticker", day)
        rows = dumps.tardis(archive, venue, "derivative_ticker", day) if path.exists() else []
        told = [
            (int(row["timestamp"]) / 1e6 - dumps.midnight(day), float(row["open_interest"]))
            for row in rows
            if row["symbol"] == symbol and row["open_interest"]
        ]
        if venue == "bitmex":
            told = [
                (second, usd / _price(settings, asset, day, second)) for second, usd in told if 0 <= second < 86_400
            ]
        yield from _ends(told)


def _ends(seen: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    of_day = sorted(pair for pair in seen if 0 <= pair[0] < figures.DAY_S)
    if of_day and of_day[0][0] < 7200 and of_day[-1][0] >= figures.DAY_S - 7200:
        yield of_day[0][1], of_day[-1][1]


def _second(at: datetime, day: date) -> float:
    """Seconds since the day's midnight."""
    return (at - lake.at(day)).total_seconds()


def _price(settings: Settings, asset: str, day: date, second: float) -> float:
    """Price of a moment: the nearer end of the minute's bar."""
    bar = _bars(settings, asset, day)[int(second // 60)]
    return bar[0] if second % 60 < 30 else bar[3]


def _archive(settings: Settings) -> Path:
    return settings.home.parent / "archive"


def _orders(settings: Settings, day: date) -> Iterator[Order]:
    for found in dumps.liquidations(_archive(settings), day):
        quote = 1.0 if found.venue == "bitmex" else _usdt(day, int(found.second // 60))
        yield Order(found.second, found.venue, found.asset, found.is_long, found.usd * quote)


def _bars(settings: Settings, asset: str, day: date) -> list[tuple[float, float, float, float]]:
    """Open, high, low, close by minute in USD."""
    rows = dumps.klines(_archive(settings), asset, day)
    names = ("open", "high", "low", "close")
    return [tuple(float(row[name]) * _usdt(day, minute) for name in names) for minute, row in enumerate(rows)]


def _usdt(day: date, minute: int) -> float:
    """USD of a USDT: of the hour's bar, for 15 minutes of a gap that of the hour before, else 1.00."""
    if day != QUIET:
        return 1.0
    before = USDT.get(minute // 60 - 1, 1.0) if minute % 60 < 15 else 1.0
    return USDT.get(minute // 60, before)


def _supply(settings: Settings, asset: str, day: date) -> float:
    return dumps.supplies(_archive(settings), asset)[str(day)][1]


def _rows(settings: Settings, mart: str, columns: str, day: date, rest: str = "") -> list[Any]:
    return lake.query(settings, f"select {columns} from marts.{mart} where day = '{day}' {rest}")


def _close(values: Any) -> Any:
    return (
        pytest.approx(values, rel=1e-9)
        if not isinstance(values, tuple)
        else tuple(pytest.approx(value, rel=1e-9) for value in values)
    )
