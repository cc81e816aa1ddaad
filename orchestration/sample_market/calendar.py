"""The sample market's days: which regime each day has, how far its prices move, how leverage builds up and is flushed.

Here are dates and day-level plans only. Assets are in `assets.py`; nothing here draws a minute or a position.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, log

import numpy as np

SEED = 20260131
FIRST_DAY = date(2025, 11, 7)
LAST_DAY = date(2026, 2, 4)
WARM_UP_DAYS = (
    20  # > 3 mean holding times of the slowest positions (6 days): the first written day starts with a full book
)

RALLY_DAY = date(2025, 12, 16)
CALM_DAY = date(2025, 12, 27)
IMPAIRED_DAY = date(2026, 1, 8)
SQUEEZE_DAY = date(2026, 1, 13)
PRIOR_WAVE_DAY = date(2026, 1, 29)
EVENT_DAY = date(2026, 1, 31)

# Closing prices of BTC in USD that the daily path runs through: the level of winter 2025/26 with its bursts smoothed, so that
# most days are calm. 84,211 is the open of 2026-01-31 on Binance (published_numbers.csv).
BTC_CLOSES = {
    date(2025, 10, 10): 103_500.0,
    date(2025, 11, 6): 101_300.0,
    date(2025, 11, 14): 97_800.0,
    date(2025, 11, 24): 92_300.0,
    date(2025, 12, 4): 89_600.0,
    date(2025, 12, 15): 86_900.0,
    date(2025, 12, 16): 90_700.0,
    date(2025, 12, 24): 88_400.0,
    date(2026, 1, 3): 89_900.0,
    date(2026, 1, 12): 90_500.0,
    date(2026, 1, 13): 95_400.0,
    date(2026, 1, 15): 94_300.0,
    date(2026, 1, 19): 90_200.0,
    date(2026, 1, 24): 88_600.0,
    date(2026, 1, 28): 89_200.0,
    date(2026, 1, 29): 85_100.0,
    date(2026, 1, 30): 84_211.0,
    date(2026, 1, 31): 80_330.0,
    date(2026, 2, 1): 79_250.0,
    date(2026, 2, 2): 80_150.0,
    date(2026, 2, 3): 79_050.0,
    date(2026, 2, 4): 79_400.0,
}

# (minute of the day, share of the day's move reached). The legs are short because forced selling is: 20 to 35 minutes each.
SHAPES: dict[date, tuple[tuple[int, float], ...]] = {
    RALLY_DAY: ((420, 0.15), (540, 0.45), (780, 0.55), (900, 0.9), (1440, 1.0)),
    SQUEEZE_DAY: ((780, 0.12), (815, 0.55), (930, 0.5), (960, 0.95), (1100, 1.05), (1440, 1.0)),
    PRIOR_WAVE_DAY: ((860, 0.15), (890, 0.6), (1060, 0.55), (1090, 1.15), (1440, 1.0)),
    date(2026, 2, 1): ((360, 0.7), (430, 1.6), (760, 0.9), (1440, 1.0)),
}

# Share of the drop from the open to the low. BTC gives way at 83,000, 82,000 and 80,000, ETH at 2,600, 2,500 and 2,400: each level
# breaks as its wave begins (10:4x, 14:5x, 17:1x), and about a third of the drop is won back into the close.
BTC_EVENT_SHAPE = (
    (240, 0.03), (480, 0.07), (640, 0.13), (647, 0.22), (664, 0.40), (750, 0.27), (880, 0.32),
    (893, 0.42), (914, 0.64), (985, 0.55), (1024, 0.66), (1033, 0.745), (1056, 0.97), (1068, 1.0),
    (1110, 0.86), (1260, 0.77), (1440, 0.66),
)  # fmt: skip
ETH_EVENT_SHAPE = (
    (240, 0.03), (480, 0.08), (640, 0.17), (647, 0.31), (664, 0.54), (750, 0.42), (882, 0.45),
    (893, 0.66), (914, 0.82), (985, 0.73), (1024, 0.82), (1034, 0.945), (1050, 0.985), (1068, 1.0),
    (1110, 0.87), (1260, 0.78), (1440, 0.66),
)  # fmt: skip

# Reported liquidations of a day over all assets and venues, USD. The event is the published 24 h figure of 2026-01-31 (2.5615e9);
# the days after it stay below 30 % of it ("longs cleared") and fade.
DAY_TOTALS_USD = {
    RALLY_DAY: 330e6,
    SQUEEZE_DAY: 620e6,
    date(2026, 1, 14): 240e6,
    date(2026, 1, 28): 190e6,
    PRIOR_WAVE_DAY: 700e6,
    date(2026, 1, 30): 410e6,
    EVENT_DAY: 2.5615e9,
    date(2026, 2, 1): 640e6,
    date(2026, 2, 2): 450e6,
    date(2026, 2, 3): 340e6,
    date(2026, 2, 4): 275e6,
}
CALM_TOTAL_USD = (45e6, 105e6, 230e6)  # least, median, most
EVENT_LONG_SHARE = 0.94  # published: 2.4068e9 of 2.5615e9

# Daily volatility (standard deviation of the log return of BTC); 0.018 is a calm winter day.
CALM_VOLATILITY = 0.018
VOLATILITY = {
    RALLY_DAY: 0.02, SQUEEZE_DAY: 0.022, PRIOR_WAVE_DAY: 0.024, date(2026, 1, 30): 0.026, EVENT_DAY: 0.019,
    date(2026, 2, 1): 0.030, date(2026, 2, 2): 0.027, date(2026, 2, 3): 0.025, date(2026, 2, 4): 0.023,
}  # fmt: skip

# Opening of positions relative to normal, and the share of them that are long: leverage is cut in December, shorts gather
# before the squeeze, longs build up in January's range, nobody rushes back in after the flush.
APPETITE = {
    date(2025, 10, 10): 1.0, date(2025, 11, 20): 0.95, date(2025, 12, 20): 0.88, date(2026, 1, 6): 0.92,
    date(2026, 1, 14): 1.0, date(2026, 1, 20): 1.22, date(2026, 1, 30): 1.42, date(2026, 1, 31): 1.15,
    date(2026, 2, 1): 0.8, date(2026, 2, 4): 0.85,
}  # fmt: skip
LONG_BIAS = {
    date(2025, 10, 10): 0.54, date(2025, 12, 10): 0.53, date(2026, 1, 3): 0.51, date(2026, 1, 9): 0.49,
    date(2026, 1, 13): 0.49, date(2026, 1, 15): 0.56, date(2026, 1, 19): 0.63, date(2026, 1, 30): 0.645,
    date(2026, 1, 31): 0.54, date(2026, 2, 1): 0.47, date(2026, 2, 4): 0.49,
}  # fmt: skip


@dataclass(frozen=True)
class Unwind:
    """Holders who leave by themselves: a share of each side, spread over `minutes` from `minute` of `day`."""

    day: date
    minute: int
    minutes: int
    long_share: float
    short_share: float


UNWINDS = (
    Unwind(SQUEEZE_DAY, 800, 480, 0.03, 0.05),
    Unwind(PRIOR_WAVE_DAY, 870, 420, 0.03, 0.02),
    Unwind(EVENT_DAY, 650, 720, 0.20, 0.02),
)


def days_between(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both included."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def interpolated(knots: dict[date, float], day: date) -> float:
    """Straight line through dated knots, flat outside them."""
    return float(np.interp(day.toordinal(), [knot.toordinal() for knot in knots], list(knots.values())))


def btc_close(day: date) -> float:
    """Closing price of BTC in USD: geometric between the knots, with a daily wobble of about 0.6 % off them."""
    level = interpolated({knot: log(price) for knot, price in BTC_CLOSES.items()}, day)
    wobble = (
        0.0 if day in BTC_CLOSES else 0.006 * float(np.random.default_rng([SEED, 1, day.toordinal()]).standard_normal())
    )
    return exp(level + wobble)


def volatility(day: date) -> float:
    """Planned standard deviation of the day's log return of BTC."""
    calm = CALM_VOLATILITY * exp(0.18 * float(np.random.default_rng([SEED, 2, day.toordinal()]).standard_normal()))
    return VOLATILITY.get(day, calm)


def liquidated_usd(day: date) -> float:
    """Planned liquidations of the day in USD, all assets and venues: larger on days that move."""
    if day in DAY_TOTALS_USD:
        return DAY_TOTALS_USD[day]
    least, median, most = CALM_TOTAL_USD
    move = abs(log(btc_close(day) / btc_close(day - timedelta(days=1))))
    draw = float(np.random.default_rng([SEED, 3, day.toordinal()]).standard_normal())
    return float(np.clip(median * exp(0.22 * draw) * (0.6 + move / 0.012 * 0.4), least, most))
