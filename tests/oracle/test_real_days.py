"""Every real day of a quarter, or of all that has dumps (conftest.py), from the bytes as they were published, to 1e-9 of each figure.

`../shared/real` stays out of the project. Parquet is read by DuckDB, all rows and columns as they are; the rest is Python.
"""

import csv
import math
import statistics
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.settings import Settings
from tests.dbt.whole_days import small_lake as lake
from tests.oracle import figures
from tests.oracle.conftest import DAYS
from tests.oracle.figures import Order
from tests.real import MISSING, SHARED

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason=MISSING)
LOGGED = (date(2025, 12, 27), date(2025, 12, 28))
HOUR_S = 3600
INSTRUMENTS = Path(__file__).parents[2] / "dbt_project/seeds/instruments.csv"
Bars = dict[tuple[str, date], dict[int, list[tuple[float, float, float, float]]]]


def test_prices_are_the_median_over_the_venues_hour_by_hour(real_market: Settings) -> None:
    found = _found(real_market, "prices_daily", "open_usd, high_usd, low_usd, close_usd, n_venues", "interval_s = 3600")
    expected = {}
    for key, hours in _bars().items():
        medians = [_median(hours[hour]) for hour in sorted(hours)]
        opens, highs, lows, closes = zip(*medians, strict=True)
        expected[key] = (opens[0], max(highs), min(lows), closes[-1], max(len(bars) for bars in hours.values()))
    _same(found, expected, at_least=400)


def test_minute_bars_of_the_archive(real_market: Settings) -> None:
    found = _found(
        real_market, "prices_by_venue_daily", "open_usd, high_usd, low_usd, close_usd, n_bars", "interval_s = 60"
    )
    bars: dict[tuple[str, date], dict[int, list[float]]] = defaultdict(dict)
    for path in (SHARED / "archive/binance/data/futures/um").rglob("*-1m-*.zip"):
        asset = path.name.partition("USDT-")[0]
        for row in _zipped(path):
            at = int(row["open_time"])
            prices = [float(row[name]) for name in ("open", "high", "low", "close")]
            bars[asset, datetime.fromtimestamp(at / 1000, tz=UTC).date()][at] = prices
    expected = {}
    for key, minutes in bars.items():
        opens, highs, lows, closes = zip(*(minutes[at] for at in sorted(minutes)), strict=True)
        expected[key] = (opens[0], max(highs), min(lows), closes[-1], len(minutes))
    _same(found, expected, at_least=100)


def test_open_interest_in_coins_at_both_ends_of_the_day(real_market: Settings) -> None:
    found = _found(real_market, "leverage_daily", "oi_coin_open, oi_coin_close", "oi_coin_open is not null")
    expected = {key: tuple(map(math.fsum, zip(*ends.values(), strict=True))) for key, ends in _interest().items()}
    _same(found, expected, at_least=350)


def test_funding_of_eight_hours_is_weighted_by_open_interest(real_market: Settings) -> None:
    columns = "funding_8h_open, funding_8h_close, funding_apr_open"
    found = _found(real_market, "leverage_daily", columns, "funding_8h_open is not null")
    rates, interest = _rates(), _interest()
    expected = {}
    for (asset, day), instruments in rates.items():
        weights = {venue: opened for venue, (opened, _) in interest.get((asset, day), {}).items()}
        first = _weighted({key: of_day[0][1] for key, of_day in instruments.items()}, weights)
        last = _weighted({key: of_day[-1][1] for key, of_day in instruments.items()}, weights)
        after = day + timedelta(days=1)
        midnights = {
            key: of_day[0][1]
            for key, of_day in rates.get((asset, after), {}).items()
            if of_day[0][0] == _midnight(after) and after in DAYS
        }
        weights = {venue: opened for venue, (opened, _) in interest.get((asset, after), {}).items()}
        expected[asset, day] = (first, _weighted(midnights, weights) if midnights else last, first * 1095)
    _same(found, expected, at_least=2000)


def test_liquidations_of_bitcoin_in_the_aggregate(real_market: Settings) -> None:
    columns = "long_usd, short_usd, total_usd"
    found = _found(real_market, "liquidations_by_asset_daily", columns, "asset = 'BTC' and basis = 'aggregated'")
    hours: dict[date, list[tuple[float, float]]] = defaultdict(list)
    with (SHARED / "series/coinglass/coinglass_BTC_liquidation_10y_1h.csv").open() as lines:
        for row in csv.DictReader(lines):
            day = datetime.fromtimestamp(int(row["timestamp"]) / 1000, tz=UTC).date()
            hours[day].append((float(row["longUsd"]), float(row["shortUsd"])))
    expected = {}
    for day in DAYS:
        longs, shorts = (math.fsum(hour[side] for hour in hours[day]) for side in (0, 1))
        if longs + shorts:
            expected["BTC", day] = (longs, shorts, longs + shorts)
    _same(found, expected, at_least=60)


@pytest.mark.parametrize("day", LOGGED)
def test_the_orders_of_the_log(real_market: Settings, day: date) -> None:
    # Of Bitcoin the aggregate knows all day, the log three hours of it: the aggregate counts.
    orders = [
        order for order in _logged() if order.asset != "BTC" and 0 <= order.second - _midnight(day) < figures.DAY_S
    ]
    for asset, of_asset in figures.by(orders, lambda order: order.asset).items():
        columns = "total_usd, long_usd, short_usd, n_orders, largest_order_usd"
        where = f"day = '{day}' and asset = '{asset}' and basis = 'orders'"
        (row,) = lake.query(real_market, f"select {columns} from marts.liquidations_by_asset_daily where {where}")
        assert row == pytest.approx(figures.liquidated(of_asset), rel=1e-9), asset
    (counted,) = lake.query(
        real_market,
        f"select count(*), sum(n_orders) from marts.liquidations_by_asset_daily where day = '{day}' and basis = 'orders'",
    )
    assert counted == (len({order.asset for order in orders}), len(orders))


def test_market_cap_is_price_times_the_published_supply(real_market: Settings) -> None:
    found = _found(real_market, "market_cap_changes_daily", "supply, close_cap_usd", "asset in ('BTC', 'ETH')")
    bars = _bars()
    expected = {}
    for asset in ("BTC", "ETH"):
        (excerpt,) = (SHARED / "marketcap").glob(f"coinmetrics_{asset.lower()}_excerpt_*.csv")
        with excerpt.open() as lines:
            for row in csv.DictReader(lines):
                key = asset, date.fromisoformat(row["time"])
                if row["SplyCur"] and key in bars:
                    supply = float(row["SplyCur"])
                    expected[key] = (supply, _median(bars[key][max(bars[key])])[3] * supply)
    _same({key: found[key] for key in expected}, expected, at_least=20)


def _same(found: dict[Any, Any], expected: dict[Any, Any], at_least: int) -> None:
    days = {key: values for key, values in expected.items() if key[1] in set(DAYS)}
    wrong = {
        key: (found.get(key), days.get(key))
        for key in found.keys() | days.keys()
        if key not in found or key not in days or found[key] != pytest.approx(days[key], rel=1e-9)
    }
    assert wrong == {}
    assert len(days) >= at_least


def _found(settings: Settings, mart: str, columns: str, where: str) -> dict[tuple[str, date], tuple[Any, ...]]:
    rows = lake.query(settings, f"select asset, day, {columns} from marts.{mart} where {where}")
    return {(asset, day): tuple(values) for asset, day, *values in rows}


def _bars() -> Bars:
    """Open, high, low and close of each venue by asset, day and hour."""
    bars: Bars = defaultdict(lambda: defaultdict(list))
    for at, _, asset, *prices, _ in _series("candles"):
        bars[asset, at.date()][at.hour].append(tuple(prices))
    return bars


def _median(bars: list[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    """A bar of medians; its high and low hold its ends."""
    first, high, low, last = (statistics.median(values) for values in zip(*bars, strict=True))
    return first, max(high, first, last), min(low, first, last), last


def _interest() -> dict[tuple[str, date], dict[str, tuple[float, float]]]:
    """Coins near the start and near the end, by asset and day and venue."""
    bars, found = _bars(), defaultdict[tuple[str, date], dict[str, tuple[float, float]]](dict)
    for (asset, day), venues in _observed().items():
        hours = bars.get((asset, day))
        for venue, seen in venues.items():
            (first, opened), (last, closed) = min(seen), max(seen)
            if hours and first < 2 * HOUR_S and last >= figures.DAY_S - 2 * HOUR_S:
                found[asset, day][venue] = opened / _price(hours, first), closed / _price(hours, last)
    return found


def _weighted(rates: dict[tuple[str, str], float], weights: dict[str, float]) -> float:
    """Mean over venues and files, by the venue's open interest, which the series alone have, where any of them has some."""
    weighed = [(rate, weights[venue]) for (venue, kind), rate in rates.items() if kind == "own" and venue in weights]
    if weighed:
        return math.fsum(rate * weight for rate, weight in weighed) / math.fsum(weight for _, weight in weighed)
    return math.fsum(rates.values()) / len(rates)


Rates = dict[tuple[str, str], list[tuple[float, float]]]


def _rates() -> dict[tuple[str, date], Rates]:
    """(full minute, rate of eight hours) by asset and day, and by venue and file, in order."""
    settled: dict[tuple[str, str, str], list[tuple[datetime, float, float | None]]] = defaultdict(list)
    for at, venue, asset, rate in _series("funding_rates"):
        settled[venue, "own", asset].append((at, rate, None))
    bases = _bases()
    for path in (SHARED / "archive/binance").rglob("*-fundingRate-*.zip"):
        for row in _zipped(path):
            at = datetime.fromtimestamp(int(row["calc_time"]) / 1000, tz=UTC)
            hours = float(row["funding_interval_hours"])
            settled["binance", "archive", bases[path.parent.name]].append((at, float(row["last_funding_rate"]), hours))
    found: dict[tuple[str, date], Rates] = defaultdict(lambda: defaultdict(list))
    for (venue, kind, asset), rows in settled.items():
        rows.sort()
        for before, (at, rate, hours), after in zip([None, *rows[:-1]], rows, [*rows[1:], None], strict=True):
            since = (_minute(at) - _minute(before[0])) / HOUR_S if before else None
            until = (_minute(after[0]) - _minute(at)) / HOUR_S if after and after[0].date() == at.date() else None
            length = hours or min(gap for gap in (since, until, 8.0) if gap)
            found[asset, at.date()][venue, kind].append((_minute(at), rate * 8 / length))
    return found


def _minute(at: datetime) -> float:
    return (at.timestamp() + 30) // 60 * 60


def _observed() -> dict[tuple[str, date], dict[str, list[tuple[float, float]]]]:
    """(second of the day, USD) by asset, day and venue."""
    seen: dict[tuple[str, date], dict[str, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    for at, venue, asset, usd in _series("open_interest"):
        seen[asset, at.date()][venue].append((at.timestamp() - _midnight(at.date()), usd))
    return seen


def _price(hours: dict[int, list[tuple[float, float, float, float]]], second: float) -> float:
    """Price of a moment: the nearer end of the hour's bar, or of the day where the hour has none."""
    if bars := hours.get(int(second // HOUR_S)):
        return _median(bars)[0 if second % HOUR_S < HOUR_S / 2 else 3]
    return _median(hours[min(hours)])[0] if second < 2 * HOUR_S else _median(hours[max(hours)])[3]


def _series(name: str) -> Iterator[tuple[Any, ...]]:
    with duckdb.connect() as db:
        yield from db.execute(
            "set timezone = 'UTC'; from read_parquet(?)", [str(SHARED / f"series/multivenue/{name}.parquet")]
        ).fetchall()


def _logged() -> Iterator[Order]:
    """Orders of the log: the quantity that was filled at its average price; a sold position was a long."""
    bases = _bases()
    with (SHARED / "logs/binance_forceOrder/riftfern_binance.csv").open() as lines:
        for row in csv.reader(lines):
            if len(row) >= 12 and row[10].isdigit():
                second, usd = int(row[10]) / 1000, float(row[9]) * float(row[6])
                base = bases[row[0] if row[0].endswith("USDC") else f"{row[0]}USDT"]
                yield Order(second, "binance", base, row[1] == "SELL", usd)


def _bases() -> dict[str, str]:
    """Base asset of each of Binance's symbols."""
    with INSTRUMENTS.open(encoding="utf-8") as lines:
        return {row["symbol"]: row["base"] for row in csv.DictReader(lines) if row["venue"] == "binance"}


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def _zipped(path: Path) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as archive:
        (name,) = archive.namelist()
        return list(csv.DictReader(archive.read(name).decode().splitlines()))
