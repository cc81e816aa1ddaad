"""What venues publish about the positions: open interest every five minutes, and the funding that follows from their imbalance."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from orchestration.sample_market.assets import VENUES, Asset
from orchestration.sample_market.positions import Positions
from orchestration.sample_market.prices import MINUTES, Candles, Floats, day_key, random

STEP = 5
STEPS = MINUTES // STEP
FUNDING_PER_IMBALANCE = 0.0012  # 0.10 of net longs over open interest costs 1.2 bp per 8 h, as in a warm winter market
FUNDING_AFTER_MOVE = 0.0001  # perpetuals trade under the index after a fall of 3 % and more in a day: 1 bp per 8 h
FUNDING_CAP = 0.00075
SETTLEMENT_HOURS = {"binance": (0, 8, 16), "bybit": (0, 8, 16), "bitmex": (4, 12, 20)}


@dataclass(frozen=True)
class Book:
    """One asset's five-minute series from the candles' first day on.

    `open_interest[venue]` is in coins, for BitMEX in contracts of 1 USD; `premium` is a funding rate per 8 h; `long_share` 0..1.
    """

    first_day: date
    open_interest: dict[str, Floats]
    premium: Floats
    long_share: Floats

    def steps_of(self, day: date) -> slice:
        """Index range of a day's five-minute steps."""
        start = (day - self.first_day).days * STEPS
        return slice(start, start + STEPS)


def book(asset: Asset, candles: Candles, held: Positions) -> Book:
    """Open interest and premium of all positions."""
    length = len(candles)
    linear = held.quantity
    longs = _held(held, linear * (held.side > 0), length)
    shorts = _held(held, linear * (held.side < 0), length)
    series = {
        venue: _held(held, np.where(held.venue == i, _units(held, venue), 0.0), length)
        for i, venue in enumerate(VENUES)
    }
    total = np.maximum(longs + shorts, 1e-9)  # nothing is open yet at the very first step of the warm-up
    imbalance = (longs - shorts) / total
    noise = np.concatenate([_noise(asset, day) for day in candles.days])
    premium = FUNDING_PER_IMBALANCE * imbalance + FUNDING_AFTER_MOVE * np.tanh(_day_move(candles) / 0.03) + noise
    premium = np.clip(premium, -FUNDING_CAP, FUNDING_CAP)
    return Book(
        candles.first_day, {v: s for v, s in series.items() if s.any()}, premium, np.clip(longs / total, 0.1, 0.9)
    )


def _held(held: Positions, size: Floats, length: int) -> Floats:
    """Sum of the sizes held at the start of every fifth minute: opened before it, not yet closed."""
    change = np.bincount(held.opened + 1, size, length + 1)[:length]
    gone = np.minimum(held.closed + 1, length)
    change = change - np.bincount(gone, size, length + 1)[:length]
    return np.maximum(np.cumsum(change), 0.0)[::STEP]


def _day_move(candles: Candles) -> Floats:
    """Log return over the last 24 hours at each step, over less where there is less."""
    opens = np.log(candles.open[::STEP])
    return np.asarray(opens - np.concatenate((np.full(STEPS, opens[0]), opens[:-STEPS])))


def _units(held: Positions, venue: str) -> Floats:
    return held.quantity * held.entry if venue == "bitmex" else held.quantity


def _noise(asset: Asset, day: date) -> Floats:
    return 1.2e-5 * random("premium", asset.name, day_key(day)).standard_normal(STEPS)


def funding(series: Book, venue: str, day: date) -> list[tuple[int, float]]:
    """The day's settlements: (hour, rate), the mean premium of the eight hours before."""
    start = series.steps_of(day).start
    return [(hour, settled(series, start + hour * 60 // STEP)) for hour in SETTLEMENT_HOURS[venue]]


def settled(series: Book, step: int) -> float:
    """The rate settled at a step, a fraction per 8 h."""
    return float(series.premium[max(step - 8 * 60 // STEP, 0) : max(step, 1)].mean())
