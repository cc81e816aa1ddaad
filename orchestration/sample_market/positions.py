"""Leveraged positions of one asset: who opens what and when, and which of them the price path liquidates.

A position is one directional trader; the other side of the contract is a hedged market maker, so open interest counts each once.
"""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from orchestration.sample_market import calendar
from orchestration.sample_market.assets import VENUES, Asset
from orchestration.sample_market.crossings import FirstBelow
from orchestration.sample_market.prices import MINUTES, Candles, Floats, Ints, day_key, random

Flags = NDArray[np.bool_]
MAINTENANCE = 0.004  # maintenance margin, fraction of notional: the smallest tier of the large contracts
# Shares of Binance, Bybit and BitMEX in what is opened; BitMEX lists XBTUSD alone.
VENUE_SHARES = {"BTC": (0.52, 0.44, 0.04)}
LINEAR_SHARES = (0.54, 0.46, 0.0)
# Traders size their positions by levels: this share of the slower ones is liquidated just behind a round number.
HELD_BY_LEVEL = 0.45
MOST_LEVERAGE_HELD = 25
WHALE_USD = 222.65e6  # the largest order published for the event
WHALE_UNDER_LEVEL = 0.9965  # its liquidation price against the round number above


@dataclass(frozen=True)
class Style:
    """A way of trading.

    Its share of open interest, openings a day at activity 1, mean holding time, range of leverage (effective: above 125 the
    margin is partly lost elsewhere), standard deviation of log notional.
    """

    open_interest_share: float
    openings: int
    hours: float
    leverage: tuple[float, float]
    size_spread: float


# Shares and leverage are set so that a calm day liquidates about 0.5 % of open interest and a 7 to 12 % fall about 12 %.
# The first one is many small accounts with little margin left: they keep a calm day's minutes from being empty.
STYLES = (
    Style(0.0004, 2800, 1.0, (110, 235), 0.6),
    Style(0.0010, 1500, 1.5, (50, 100), 1.0),
    Style(0.0200, 3500, 8.0, (20, 50), 1.1),
    Style(0.2300, 8000, 48.0, (7, 20), 1.15),
    Style(0.7486, 2600, 144.0, (2, 5), 1.0),
)


@dataclass(frozen=True)
class Positions:
    """Positions as arrays of equal length.

    Minutes count from the candles' first one; a position is entered at the close of `opened` and gone after the minute `closed`.
    `side` is +1 long, -1 short; `venue` indexes VENUES; `quantity` is coins; prices are USD per coin.
    """

    opened: Ints
    closed: Ints
    side: Ints
    venue: Ints
    entry: Floats
    quantity: Floats
    bankruptcy: Floats
    liquidation: Floats
    liquidated: Flags

    def __len__(self) -> int:
        return len(self.opened)

    def only(self, chosen: Flags) -> "Positions":
        """The chosen ones."""
        return Positions(**{name: values[chosen] for name, values in vars(self).items()})

    def resized(self, factor: Floats) -> "Positions":
        """The same positions with their quantities multiplied."""
        return replace(self, quantity=self.quantity * factor)

    @property
    def reported_usd(self) -> Floats:
        """USD of each one's liquidation as its venue reports it.

        Binance: average fill price; Bybit: bankruptcy price; BitMEX: contracts of 1 USD, fixed at entry.
        """
        price = np.choose(self.venue, (self.liquidation, self.bankruptcy, self.entry))
        return np.asarray(self.quantity * price)


def positions(asset: Asset, candles: Candles) -> Positions:
    """Open positions over all days of `candles`, and let the path close them."""
    return _closed_by_path(asset, candles, _all_openings(asset, candles))


@dataclass(frozen=True)
class _Orders:
    """New positions before the path is known: minutes opened and planned to close, side, venue, USD, leverage, a uniform draw."""

    opened: Ints
    planned: Ints
    side: Ints
    venue: Ints
    notional: Floats
    leverage: Floats
    draw: Floats


def _all_openings(asset: Asset, candles: Candles) -> _Orders:
    cohorts = [vars(_openings(asset, candles, day)) for day in candles.days]
    return _Orders(**{name: np.concatenate([cohort[name] for cohort in cohorts]) for name in cohorts[0]})


def _openings(asset: Asset, candles: Candles, day: date) -> _Orders:
    rng = random("positions", asset.name, day_key(day))
    styles = [_style_openings(asset, day, style, rng) for style in STYLES]
    minute, hold, notional, leverage = (np.concatenate(column) for column in zip(*styles, strict=True))
    opened = minute + candles.minutes_of(day).start
    side = np.where(rng.random(len(minute)) < calendar.interpolated(calendar.LONG_BIAS, day), 1, -1)
    venue = rng.choice(len(VENUES), len(minute), p=VENUE_SHARES.get(asset.name, LINEAR_SHARES))
    planned = _unwound(candles, opened, opened + hold, side, rng)
    return _Orders(opened, planned, side, venue, notional, leverage, rng.random(len(minute)))


def _style_openings(
    asset: Asset, day: date, style: Style, rng: np.random.Generator
) -> tuple[Ints, Ints, Floats, Floats]:
    count = round(style.openings * asset.activity * calendar.interpolated(calendar.APPETITE, day))
    mean_usd = (
        style.open_interest_share * asset.open_interest_usd / (style.openings * asset.activity * style.hours / 24)
    )
    notional = mean_usd * np.exp(style.size_spread * rng.standard_normal(count) - style.size_spread**2 / 2)
    least, most = np.log(style.leverage)
    leverage = np.exp(rng.uniform(least, most, count))
    hold = 1 + rng.exponential(style.hours * 60, count).astype(np.int64)
    return rng.integers(0, MINUTES, count), hold, notional, leverage


def _unwound(candles: Candles, opened: Ints, planned: Ints, side: Ints, rng: np.random.Generator) -> Ints:
    """Some of those who hold when a flush begins leave during it by themselves."""
    for unwind in calendar.UNWINDS:
        start = candles.minutes_of(unwind.day).start + unwind.minute
        leaving = rng.random(len(opened)) < np.where(side > 0, unwind.long_share, unwind.short_share)
        at = start + rng.integers(0, unwind.minutes, len(opened))
        planned = np.where(leaving & (opened < start) & (planned > at), at, planned)
    return planned


def _closed_by_path(asset: Asset, candles: Candles, orders: _Orders) -> Positions:
    entry = candles.close[orders.opened]
    liquidation = _gathered(asset, _liquidation_price(entry, orders), orders)
    touched = _first_touch(candles, orders.opened + 1, orders.side, liquidation)
    liquidated = (touched <= orders.planned) & (touched < len(candles))
    return Positions(
        opened=orders.opened,
        closed=np.where(liquidated, touched, orders.planned),
        side=orders.side,
        venue=orders.venue,
        entry=entry,
        quantity=orders.notional / entry,
        bankruptcy=liquidation / (1 + orders.side * MAINTENANCE),
        liquidation=liquidation,
        liquidated=liquidated,
    )


def _liquidation_price(entry: Floats, orders: _Orders) -> Floats:
    """Bankruptcy plus the maintenance margin; linear: entry·(1 − side/leverage), inverse: entry/(1 + side/leverage)."""
    inverse = orders.venue == VENUES.index("bitmex")
    margin = orders.side / orders.leverage
    bankruptcy = np.where(inverse, entry / (1 + margin), entry * (1 - margin))
    return np.asarray(bankruptcy * (1 + orders.side * MAINTENANCE))


def _gathered(asset: Asset, price: Floats, orders: _Orders) -> Floats:
    """Move a part of the liquidation prices away from the market to within 0.9 % behind the next round number."""
    grid = asset.grid_usd
    behind = np.where(orders.side > 0, np.floor(price / grid), np.ceil(price / grid)) * grid
    snapped = behind * (1 - orders.side * 0.009 * (orders.draw / HELD_BY_LEVEL) ** 1.5)
    near = np.abs(snapped / price - 1) < 0.03
    held = (orders.draw < HELD_BY_LEVEL) & (orders.leverage < MOST_LEVERAGE_HELD)
    return np.where(held & near, snapped, price)


def _first_touch(candles: Candles, start: Ints, side: Ints, price: Floats) -> Ints:
    touched = np.empty(len(start), dtype=np.int64)
    for sign, path in ((1, candles.low), (-1, -candles.high)):
        chosen = side == sign
        touched[chosen] = FirstBelow(path).find(start[chosen], sign * price[chosen])
    return touched


def with_whale(found: Positions, candles: Candles, level: float) -> Positions:
    """Add the one very large long of the event, on Bybit, opened two days before; unchanged where the days do not hold it."""
    opened = candles.minutes_of(calendar.EVENT_DAY).start - 2 * MINUTES
    if opened < 0 or opened + 3 * MINUTES > len(candles):
        return found
    bankruptcy = level * WHALE_UNDER_LEVEL / (1 + MAINTENANCE)
    liquidation = np.array([level * WHALE_UNDER_LEVEL])
    closed = _first_touch(candles, np.array([opened + 1]), np.array([1]), liquidation)
    whale = Positions(
        opened=np.array([opened]),
        closed=closed,
        side=np.array([1]),
        venue=np.array([VENUES.index("bybit")]),
        entry=candles.close[[opened]],
        quantity=np.array([WHALE_USD / bankruptcy]),
        bankruptcy=np.array([bankruptcy]),
        liquidation=liquidation,
        liquidated=closed < len(candles),
    )
    return Positions(**{name: np.concatenate((values, vars(whale)[name])) for name, values in vars(found).items()})
