"""METHODOLOGY's sentences as plain Python, over rows that somebody else read."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

DAY_S, MINUTE_S = 86_400, 60


@dataclass(frozen=True)
class Order:
    """A liquidation: seconds since the day's midnight (negative on the day before), who and where, USD."""

    second: float
    venue: str
    asset: str
    is_long: bool
    usd: float


def liquidated(orders: Iterable[Order]) -> tuple[float, float, float, int, float]:
    """Total, longs, shorts, number and largest of the orders."""
    found = list(orders)
    longs = math.fsum(order.usd for order in found if order.is_long)
    shorts = math.fsum(order.usd for order in found if not order.is_long)
    return longs + shorts, longs, shorts, len(found), max(order.usd for order in found)


def by(orders: Iterable[Order], key: Callable[[Order], Any]) -> dict[Any, list[Order]]:
    """The orders of each group."""
    groups: dict[Any, list[Order]] = defaultdict(list)
    for order in orders:
        groups[key(order)].append(order)
    return groups


def busiest(orders: Iterable[Order], minutes: int) -> float:
    """The largest sum of so many minutes in a row of the day."""
    of_minute = _of_minute(orders)
    firsts = range(DAY_S // MINUTE_S - minutes + 1)
    return max(math.fsum(of_minute.get(first + step, 0.0) for step in range(minutes)) for first in firsts)


def largest_24_hours(orders: Iterable[Order]) -> tuple[float, int]:
    """The largest sum of 24 hours that ends in the day, and the second at which they end."""
    of_minute = _of_minute(orders)
    ends = range(1, DAY_S // MINUTE_S + 1)
    sums = {end: math.fsum(of_minute.get(end - step, 0.0) for step in range(1, 1441)) for end in ends}
    first = max(sums, key=lambda end: (sums[end], -end))
    return sums[first], first * MINUTE_S


def drawdown(path: Sequence[float]) -> float:
    """The deepest fall from a value to a later one, as a fraction of it; 0 or less."""
    peak, deepest = -math.inf, 0.0
    for value in path:
        peak = max(peak, value)
        deepest = min(deepest, value / peak - 1)
    return deepest


def _of_minute(orders: Iterable[Order]) -> dict[int, float]:
    parts: dict[int, list[float]] = defaultdict(list)
    for order in orders:
        parts[math.floor(order.second / MINUTE_S)].append(order.usd)
    return {minute: math.fsum(usd) for minute, usd in parts.items()}
