"""Tardis.dev's daily files for Bybit and BitMEX: liquidations, and the derivative ticker with open interest and funding."""

from datetime import date
from pathlib import Path

import numpy as np

from orchestration.sample_market.assets import Asset
from orchestration.sample_market.book import SETTLEMENT_HOURS, STEP, STEPS, Book, settled
from orchestration.sample_market.dumps.binance import epoch_ms
from orchestration.sample_market.dumps.files import write_gzip
from orchestration.sample_market.orders import Orders
from orchestration.sample_market.prices import Candles, Floats, day_key, random

LIQUIDATIONS = "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n"
TICKER = (
    "exchange,symbol,timestamp,local_timestamp,funding_timestamp,funding_rate,predicted_funding_rate,"
    "open_interest,last_price,index_price,mark_price\n"
)
DAY_US = 86_400_000_000
Line = tuple[int, str]  # local timestamp in µs, CSV row


def symbol_on(venue: str, asset: Asset) -> str:
    """The instrument's name at the venue."""
    return "XBTUSD" if venue == "bitmex" else asset.symbol


def write_liquidations(archive: Path, venue: str, day: date, found: dict[Asset, Orders]) -> None:
    """Write one venue's day; side `sell` closes a long; Bybit's price is the bankruptcy price, BitMEX has no event time."""
    lines = [line for asset, orders in found.items() for line in _liquidations(venue, day, asset, orders)]
    _write(archive, venue, "liquidations", day, LIQUIDATIONS, lines)


def _liquidations(venue: str, day: date, asset: Asset, orders: Orders) -> list[Line]:
    rng = random("tardis", venue, asset.name, day_key(day))
    at = epoch_ms(day) * 1000 + orders.second * 1_000_000 + rng.integers(0, 2, len(orders)) * 400_000
    local = at + rng.integers(20_000, 500_000, len(orders))
    decimals, step = (0, 1.0) if venue == "bitmex" else (asset.quantity_decimals, asset.step)
    amount = np.maximum(np.round(orders.quantity, decimals), step)
    ids = [f"{number:016x}" for number in rng.integers(0, 2**62, len(orders)).tolist()]
    row = f"{venue},{symbol_on(venue, asset)},%d,%d,%s,%s,%.{asset.price_decimals}f,%.{decimals}f\n"
    sides = ["sell" if side > 0 else "buy" for side in orders.side.tolist()]
    event = local if venue == "bitmex" else at
    columns = (event.tolist(), local.tolist(), ids, sides, orders.bankruptcy.tolist(), amount.tolist())
    return [(values[1], row % _without_id(venue, values)) for values in zip(*columns, strict=True)]


def _without_id(venue: str, values: tuple[int, int, str, str, float, float]) -> tuple[int, int, str, str, float, float]:
    return values if venue == "bitmex" else (*values[:2], "", *values[3:])


def write_ticker(archive: Path, venue: str, day: date, found: dict[Asset, tuple[Book, Floats]]) -> None:
    """Write one venue's day, a row every five minutes; `found` has each asset's book and the opens of its five-minute steps."""
    lines = [line for asset, (series, price) in found.items() for line in _ticker(venue, day, asset, series, price)]
    _write(archive, venue, "derivative_ticker", day, TICKER, lines)


def five_minute_opens(candles: Candles, day: date) -> Floats:
    """Price at the start of each five-minute step of the day."""
    return candles.open[candles.minutes_of(day)][::STEP]


def _ticker(venue: str, day: date, asset: Asset, series: Book, price: Floats) -> list[Line]:
    rng = random("ticker", venue, asset.name, day_key(day))
    begin = series.steps_of(day).start
    at = epoch_ms(day) * 1000 + np.arange(STEPS) * STEP * 60_000_000 + rng.integers(1000, 400_000, STEPS)
    local = at + rng.integers(5_000, 60_000, STEPS)
    due = [_next_settlement(venue, step) for step in range(STEPS)]
    index = price * np.exp(5e-5 * rng.standard_normal(STEPS))
    mark = (price + index) / 2
    units = 0 if venue == "bitmex" else asset.quantity_decimals
    held = series.open_interest[venue][begin : begin + STEPS]
    p = f"%.{asset.price_decimals + 2}f"
    row = f"{venue},{symbol_on(venue, asset)},%d,%d,%d,%.8f,%s,%.{units}f,%.{asset.price_decimals}f,{p},{p}\n"
    lines = []
    for step in range(STEPS):
        rate, predicted = _rates(venue, series, begin, step, due[step])
        stamp = epoch_ms(day) * 1000 + due[step] * STEP * 60_000_000
        values = (at[step], local[step], stamp, rate, predicted, held[step], price[step], index[step], mark[step])
        lines.append((int(local[step]), row % values))
    return lines


def _next_settlement(venue: str, step: int) -> int:
    """Step of the next settlement after the start of this one, counted from the day's first; may lie in the next day."""
    hours = [*SETTLEMENT_HOURS[venue], SETTLEMENT_HOURS[venue][0] + 24]
    return next(hour * 60 // STEP for hour in hours if hour * 60 // STEP > step)


def _rates(venue: str, series: Book, begin: int, step: int, due: int) -> tuple[float, str]:
    """BitMEX: the rate is fixed one interval ahead and the next one is predicted. Bybit: the rate runs until it is settled."""
    interval = 8 * 60 // STEP
    fixed = settled(series, begin + due - interval)
    running = float(series.premium[max(begin + due - interval, 0) : begin + step + 1].mean())
    return (fixed, f"{running:.8f}") if venue == "bitmex" else (running, "")


def _write(archive: Path, venue: str, kind: str, day: date, header: str, lines: list[Line]) -> None:
    midnight = epoch_ms(day) * 1000
    kept = [line for line in sorted(lines) if line[0] < midnight + DAY_US]
    path = archive / "tardis" / "v1" / venue / kind / f"{day:%Y/%m/%d}" / "PERPETUALS.csv.gz"
    write_gzip(path, header + "".join(text for _, text in kept))
