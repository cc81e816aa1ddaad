"""The build: simulate each asset, write its own files, then each day's files that hold all assets. One process per core."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from orchestration.sample_market import calendar
from orchestration.sample_market.assets import STABLECOINS, Asset
from orchestration.sample_market.book import Book, book
from orchestration.sample_market.dumps import binance, coinmetrics, recorder, tardis
from orchestration.sample_market.dumps.files import mark_simulated
from orchestration.sample_market.orders import Orders, orders_of, per_minute
from orchestration.sample_market.positions import Positions, positions, with_whale
from orchestration.sample_market.prices import MINUTES, Candles, Floats, candles
from orchestration.sample_market.sizing import sized

OUTAGE = recorder.Outage(lost=9 * 3600 + 12 * 60 + 7, back=14 * 3600 + 47 * 60 + 31)
ABSENT_KLINES = ("SOL", range(7 * 60 + 5, 7 * 60 + 50))  # more than the 15 minutes over which a price may be carried
ABSENT_METRICS = "XRP"
ABSENT_LIQUIDATIONS = "bybit"


@dataclass(frozen=True)
class Plan:
    """What is written: where, which days (both included), which assets."""

    archive: Path
    first_day: date
    last_day: date
    assets: tuple[Asset, ...]

    @property
    def days(self) -> list[date]:
        """The written days."""
        return calendar.days_between(self.first_day, self.last_day)


@dataclass(frozen=True)
class Simulated:
    """One asset's share of the files that hold all assets: orders by day and venue, book, opens of the five-minute steps."""

    asset: Asset
    orders: dict[date, dict[str, Orders]]
    book: Book
    opens: dict[date, Floats]


def build(plan: Plan, workers: int, progress: Callable[[str], None]) -> None:
    """Write the whole market below `plan.archive`."""
    for source in ("binance", "tardis", "coinmetrics"):
        mark_simulated(plan.archive / source)
    for name, supply in STABLECOINS.items():
        days = calendar.days_between(plan.first_day - timedelta(days=1), plan.last_day)
        coinmetrics.write_stablecoin(plan.archive, name, supply, days)
    with _pool(workers) as pool:
        assets = [pool.submit(write_asset, plan, asset) for asset in plan.assets]
        for number, done in enumerate(as_completed(assets), 1):
            progress(f"sample market: {done.result().asset.name} written ({number} of {len(assets)} assets)")
        simulated = [future.result() for future in assets]
        chunks = [pool.submit(write_days, plan, part) for part in _by_days(simulated, plan.days, workers * 2)]
        _wait(chunks)
    progress(f"sample market: {len(plan.days)} days written")


def _pool(workers: int) -> Executor:
    """Processes, started afresh: a fork would copy the locks of the caller's threads. One worker needs no process."""
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn")) if workers > 1 else ThreadPoolExecutor(1)


def _wait(futures: list[Future[None]]) -> None:
    for future in futures:
        future.result()


def simulate(asset: Asset, first_day: date, last_day: date) -> tuple[Candles, Positions]:
    """Candles and sized positions, warm-up days included."""
    path = candles(asset, first_day - timedelta(days=calendar.WARM_UP_DAYS), last_day)
    found = positions(asset, path)
    count = len(found)
    if asset.name == "ETH":
        found = with_whale(found, path, level=2400.0)
    return path, sized(asset, path, found, whale=len(found) > count)


def write_asset(plan: Plan, asset: Asset) -> Simulated:
    """Simulate one asset and write the files that hold it alone."""
    path, held = simulate(asset, plan.first_day, plan.last_day)
    series = book(asset, path, held)
    gone = held.only(held.liquidated & (held.closed >= path.minutes_of(plan.first_day).start))
    orders = {day: orders_of(asset, path, gone, day) for day in plan.days}
    for day in plan.days:
        _write_asset_day(plan, asset, path, series, day, orders[day])
    binance.write_funding(plan.archive, asset, series, plan.days)
    known = calendar.days_between(plan.first_day - timedelta(days=1), plan.last_day)
    closes = {day: float(path.close[path.minutes_of(day)][MINUTES - 1]) for day in known}
    coinmetrics.write_asset(plan.archive, asset, closes)
    return Simulated(asset, orders, series, {day: tardis.five_minute_opens(path, day) for day in plan.days})


def _write_asset_day(
    plan: Plan, asset: Asset, path: Candles, series: Book, day: date, found: dict[str, Orders]
) -> None:
    impaired = day == calendar.IMPAIRED_DAY
    absent = ABSENT_KLINES[1] if impaired and asset.name == ABSENT_KLINES[0] else range(0)
    forced = per_minute(found["binance"]) if "binance" in found else np.zeros(MINUTES)
    binance.write_klines(plan.archive, asset, path, day, forced, absent)
    if not (impaired and asset.name == ABSENT_METRICS):
        binance.write_metrics(plan.archive, asset, path, series, day)


def _by_days(simulated: list[Simulated], days: list[date], parts: int) -> list[list[Simulated]]:
    """The same assets cut into stretches of days, so that a worker is sent only what it writes."""
    size = -(-len(days) // parts)
    stretches = [days[start : start + size] for start in range(0, len(days), size)]
    return [[_cut(one, stretch) for one in simulated] for stretch in stretches]


def _cut(one: Simulated, days: list[date]) -> Simulated:
    return Simulated(one.asset, {day: one.orders[day] for day in days}, one.book, {day: one.opens[day] for day in days})


def write_days(plan: Plan, simulated: list[Simulated]) -> None:
    """Write the files that hold all assets, for the days that `simulated` has."""
    for day in simulated[0].orders:
        impaired = day == calendar.IMPAIRED_DAY
        orders = {venue: _orders(simulated, day, venue) for venue in ("binance", "bybit", "bitmex")}
        outage = OUTAGE if impaired else None
        recorder.write_day(plan.archive, day, orders["binance"], day == plan.first_day, outage)
        for venue in ("bybit", "bitmex"):
            books = {one.asset: (one.book, one.opens[day]) for one in simulated if venue in one.book.open_interest}
            tardis.write_ticker(plan.archive, venue, day, books)
            if not (impaired and venue == ABSENT_LIQUIDATIONS):
                tardis.write_liquidations(plan.archive, venue, day, orders[venue])


def _orders(simulated: list[Simulated], day: date, venue: str) -> dict[Asset, Orders]:
    return {one.asset: one.orders[day][venue] for one in simulated if venue in one.orders[day]}
