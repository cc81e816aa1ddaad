"""Minute candles: a market factor, each asset's own noise, and a bridge through the calendar's closes and intraday anchors.

Prices are on the tick grid, every open is the close before it: a price between two closes was traded. No positions here.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import exp, log
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from orchestration.sample_market import calendar
from orchestration.sample_market.assets import Asset

MINUTES = 1440
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
RECOVERED = 0.34  # share of the event's drop won back into the close
LOW_MINUTE = 1068


@dataclass(frozen=True)
class Candles:
    """Minute candles of one asset from `first_day` on: arrays of equal length, USD per coin."""

    first_day: date
    open: Floats
    high: Floats
    low: Floats
    close: Floats

    def __len__(self) -> int:
        return len(self.close)

    @property
    def days(self) -> list[date]:
        """The days the candles cover, warm-up included."""
        last = self.first_day + timedelta(days=len(self) // MINUTES - 1)
        return calendar.days_between(self.first_day, last)

    def minutes_of(self, day: date) -> slice:
        """Index range of a day's minutes."""
        start = (day - self.first_day).days * MINUTES
        return slice(start, start + MINUTES)


def random(*key: int | str) -> np.random.Generator:
    """A generator that depends on the key alone, so that a day is the same in any window."""
    return np.random.default_rng([calendar.SEED, *(crc32(str(part).encode()) for part in key)])


def day_key(day: date) -> str:
    """The key of a day's random streams."""
    return day.isoformat()


def event_low(asset: Asset) -> float:
    """The event day's low in USD."""
    return asset.event_open_usd * (1 - asset.event_drop)


def event_close(asset: Asset) -> float:
    """The event day's close in USD."""
    return event_low(asset) + RECOVERED * (asset.event_open_usd - event_low(asset))


def daily_close(asset: Asset, day: date) -> float:
    """The asset's closing price of a day in USD: its own knots, plus beta times what BTC does between them, plus its own wobble."""
    knots = _knots(asset)
    own = calendar.interpolated({knot: log(price) for knot, price in knots.items()}, day)
    if asset.name == "BTC":
        return knots.get(day, calendar.btc_close(day))
    btc = calendar.interpolated({knot: log(calendar.btc_close(knot)) for knot in knots}, day)
    wobble = (
        0.0
        if day in knots
        else asset.own_risk * 0.5 * float(random("wobble", asset.name, day_key(day)).standard_normal())
    )
    return exp(own + asset.beta * (log(calendar.btc_close(day)) - btc) + wobble)


def _knots(asset: Asset) -> dict[date, float]:
    event = calendar.EVENT_DAY
    after = exp(asset.beta * log(calendar.btc_close(calendar.LAST_DAY) / calendar.btc_close(event)))
    return {
        date(2025, 10, 10): asset.start_usd * 1.02,
        date(2025, 11, 6): asset.start_usd,
        date(2026, 1, 28): asset.range_usd,
        event - timedelta(days=1): asset.event_open_usd,
        event: event_close(asset),
        calendar.LAST_DAY: event_close(asset) * after,
    }


def candles(asset: Asset, first_day: date, last_day: date) -> Candles:
    """Minute candles of the days from `first_day` to `last_day`."""
    days = [_day(asset, day) for day in calendar.days_between(first_day, last_day)]
    opens, highs, lows, closes = (np.concatenate(column) for column in zip(*days, strict=True))
    opens[1:] = closes[:-1]
    return Candles(first_day, opens, np.maximum(highs, opens), np.minimum(lows, opens), closes)


def _day(asset: Asset, day: date) -> tuple[Floats, Floats, Floats, Floats]:
    start = log(daily_close(asset, day - timedelta(days=1)))
    spread = _minute_volatility(day) * _risk(asset)
    path = np.concatenate(([0.0], _path(asset, day, start)))
    rng = random("range", asset.name, day_key(day))
    tops = np.maximum(path[1:], path[:-1]) + spread * 0.6 * np.abs(rng.standard_normal(MINUTES))
    bottoms = np.minimum(path[1:], path[:-1]) - spread * 0.6 * np.abs(rng.standard_normal(MINUTES))
    if day == calendar.EVENT_DAY:
        path, tops, bottoms = _with_low(asset, path, tops, bottoms)
    return (
        _on_tick(asset, np.exp(start + path[:-1])),
        _on_tick(asset, np.exp(start + tops)),
        _on_tick(asset, np.exp(start + bottoms)),
        _on_tick(asset, np.exp(start + path[1:])),
    )


def _path(asset: Asset, day: date, start: float) -> Floats:
    """Log price against the day's open at the end of each minute: noise, pinned to the anchors."""
    anchors = _anchors(asset, day, start)
    at = np.array([0, *(minute for minute, _ in anchors)])
    noise = np.concatenate(([0.0], np.cumsum(_noise(asset, day))))
    pinned = noise - np.interp(np.arange(MINUTES + 1), at, noise[at])
    level = np.interp(np.arange(MINUTES + 1), at, [0.0, *(level for _, level in anchors)])
    return np.asarray(pinned + level)[1:]


def _anchors(asset: Asset, day: date, start: float) -> list[tuple[int, float]]:
    if day == calendar.EVENT_DAY:
        shape = calendar.BTC_EVENT_SHAPE if asset.name in ("BTC", "BNB", "LTC") else calendar.ETH_EVENT_SHAPE
        return [(minute, log(1 - share * asset.event_drop)) for minute, share in shape]
    move = log(daily_close(asset, day)) - start
    return [(minute, share * move) for minute, share in calendar.SHAPES.get(day, ((MINUTES, 1.0),))]


def _noise(asset: Asset, day: date) -> Floats:
    """Minute log returns: correlated through the market factor, the same volatility path for all."""
    factor = random("market", day_key(day)).standard_normal(MINUTES)
    own = random("own", asset.name, day_key(day)).standard_normal(MINUTES)
    minute = _minute_volatility(day)
    return np.asarray(asset.beta * minute * factor + minute * _own_weight(asset) * own)


def _own_weight(asset: Asset) -> float:
    """Own against market noise within a day: a correlation with BTC of 0.6 to 0.8 by the minute, less than by the day."""
    return 1.6 * asset.own_risk / calendar.CALM_VOLATILITY


def _risk(asset: Asset) -> float:
    return float(np.hypot(asset.beta, _own_weight(asset)))


@lru_cache(maxsize=200)
def _minute_volatility(day: date) -> Floats:
    """Volatility of each minute: higher in the European and American afternoon, and wandering."""
    hours = np.arange(MINUTES) / 60
    season = 0.8 + 0.5 * np.exp(-(((hours - 15) / 3.5) ** 2))
    shocks = random("volatility", day_key(day)).standard_normal(MINUTES // 15)
    wander = np.interp(np.arange(MINUTES), np.arange(0, MINUTES, 15), np.convolve(shocks, np.ones(8) / 8**0.5, "same"))
    shape = season * np.exp(0.3 * wander)
    calm_down = 0.65 if day == calendar.EVENT_DAY else 1.0  # the anchors carry most of the event's movement
    return np.asarray(calendar.volatility(day) * calm_down / MINUTES**0.5 * shape / np.sqrt(np.mean(shape**2)))


def _with_low(asset: Asset, path: Floats, tops: Floats, bottoms: Floats) -> tuple[Floats, Floats, Floats]:
    """Stretch the day so that its low is the planned one to the tick, and bring the rest back to the planned close."""
    stretch = log(1 - asset.event_drop) / float(bottoms.min())
    minutes = np.arange(MINUTES + 1)
    end = log(event_close(asset) / asset.event_open_usd)
    back = np.clip((minutes - LOW_MINUTE - 60) / (MINUTES - LOW_MINUTE - 60), 0, 1) * (end - path[-1] * stretch)
    return path * stretch + back, tops * stretch + back[1:], bottoms * stretch + back[1:]


def _on_tick(asset: Asset, price: Floats) -> Floats:
    return np.round(np.round(price / asset.tick) * asset.tick, asset.price_decimals)
