"""Liquidated positions as the orders a venue's engine sends: which second of the minute, at which price. No file formats here."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from orchestration.sample_market.assets import VENUES, Asset
from orchestration.sample_market.positions import Positions
from orchestration.sample_market.prices import MINUTES, Candles, Floats, Ints, day_key, random


@dataclass(frozen=True)
class Orders:
    """One venue's, asset's and day's liquidation orders in order of time.

    `second` of the day; `side` +1 where a long was liquidated; `quantity` coins (contracts on BitMEX); prices USD per coin.
    """

    second: Ints
    side: Ints
    quantity: Floats
    price: Floats
    bankruptcy: Floats

    def __len__(self) -> int:
        return len(self.second)


def orders_of(asset: Asset, candles: Candles, gone: Positions, day: date) -> dict[str, Orders]:
    """The day's orders of each venue; `gone` holds liquidated positions only."""
    minutes = candles.minutes_of(day)
    today = gone.only((gone.closed >= minutes.start) & (gone.closed < minutes.stop))
    second = _seconds(asset, candles, today, day) - minutes.start * 60
    found = {}
    for index, venue in enumerate(VENUES):
        here = today.venue == index
        if here.any():
            found[venue] = _orders(today.only(here), second[here], venue)
    return found


def _orders(gone: Positions, second: Ints, venue: str) -> Orders:
    order = np.lexsort((gone.opened, gone.side, second))
    quantity = gone.quantity * gone.entry if venue == "bitmex" else gone.quantity
    return Orders(second[order], gone.side[order], quantity[order], gone.liquidation[order], gone.bankruptcy[order])


def _seconds(asset: Asset, candles: Candles, gone: Positions, day: date) -> Ints:
    """Absolute second of each order: the further a price lies from the minute's open, the later it is reached.

    A minute that rose touches its low first and its high second, a minute that fell the other way round.
    """
    minute = gone.closed
    opening = candles.open[minute]
    extreme = np.where(gone.side > 0, candles.low[minute], candles.high[minute])
    span = extreme - opening
    way = np.where(span == 0, 0.0, (gone.liquidation - opening) / np.where(span == 0, 1.0, span))
    both = _both_sides(minute, gone.side)
    first = (gone.side > 0) == (candles.close[minute] >= opening)
    start, width = np.where(both & ~first, 30, 0), np.where(both, 30, 60)
    delay = random("delay", asset.name, day_key(day)).exponential(2.0, len(gone))
    within = np.clip(way * width * 0.85 + delay, 0, width - 1)
    return np.asarray(minute * 60 + start + within.astype(np.int64))


def _both_sides(minute: Ints, side: Ints) -> np.ndarray:
    long_minutes, short_minutes = np.unique(minute[side > 0]), np.unique(minute[side < 0])
    return np.isin(minute, np.intersect1d(long_minutes, short_minutes))


def per_second(found: Orders) -> Orders:
    """One order for each second: what a stream shows that sends at most one message per symbol and second."""
    second, start = np.unique(found.second, return_index=True)
    if not len(second):
        return found
    quantity = np.add.reduceat(found.quantity, start)
    price = np.add.reduceat(found.quantity * found.price, start) / quantity
    bankruptcy = np.add.reduceat(found.quantity * found.bankruptcy, start) / quantity
    return Orders(second, found.side[start], quantity, price, bankruptcy)


def per_minute(found: Orders) -> Floats:
    """Coins liquidated in each minute of the day."""
    return np.bincount(found.second // 60, found.quantity, MINUTES).astype(np.float64)
