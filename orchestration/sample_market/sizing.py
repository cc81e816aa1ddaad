"""Scaling of position sizes so that a day's liquidations meet the calendar.

The path decides who is liquidated and when; this decides how large these positions had been from their opening on, so that open
interest, funding and every dump agree with each other.
"""

from datetime import date

import numpy as np

from orchestration.sample_market import calendar
from orchestration.sample_market.assets import Asset
from orchestration.sample_market.positions import WHALE_USD, Positions
from orchestration.sample_market.prices import MINUTES, Candles, Floats, day_key, random


def sized(asset: Asset, candles: Candles, found: Positions, whale: bool) -> Positions:
    """The positions with the liquidated ones scaled day by day; a whale, where given, is the last one and keeps its size."""
    usd = np.where(found.liquidated, found.reported_usd, 0.0)
    factor = np.ones(len(found))
    day_of = np.where(found.liquidated, found.closed // MINUTES, -1)
    if whale:
        day_of[-1] = -1
    order = np.argsort(day_of, kind="stable")
    edges = np.searchsorted(day_of[order], np.arange(len(candles) // MINUTES + 1))
    for day, start, end in zip(candles.days, edges[:-1], edges[1:], strict=True):
        rows = order[start:end]
        factor[rows] = _factors(asset, day, usd[rows], found.side[rows] > 0, WHALE_USD if whale else 0.0)
    return found.resized(factor)


def _factors(asset: Asset, day: date, usd: Floats, is_long: np.ndarray, whale_usd: float) -> Floats:
    if day == calendar.EVENT_DAY:
        longs = calendar.EVENT_LONG_SHARE * asset.event_usd - whale_usd
        shorts = (1 - calendar.EVENT_LONG_SHARE) * asset.event_usd
        return np.where(is_long, _ratio(longs, usd[is_long]), _ratio(shorts, usd[~is_long]))
    draw = float(random("share", asset.name, day_key(day)).standard_normal())
    return np.full(len(usd), _ratio(calendar.liquidated_usd(day) * asset.share * np.exp(0.15 * draw), usd))


def _ratio(target: float, usd: Floats) -> float:
    total = float(usd.sum())
    return target / total if total > 0 else 1.0
