"""How a number is written: one function per unit, used by prose, tables and linter alike.

What belongs here: value in, text out. What does not: which number is said where, and any arithmetic between numbers.
Every format takes the value and the significant digits that its coverage allows (3, or 2 where coverage is weak).
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from reports import names

Format = Callable[[Any, int], str]
_STEPS = ((Decimal("1e12"), "T"), (Decimal("1e9"), "B"), (Decimal("1e6"), "M"), (Decimal("1e3"), "K"))
MINUS = "−"


def usd(value: float, digits: int = 3) -> str:
    """Unsigned USD: $2.56B, $788M, $13.4M, $950; `digits` significant."""
    return f"${amount(abs(value), digits)}"


def usd_signed(value: float, digits: int = 3) -> str:
    """USD with its sign, for tables: −$203B, +$1.20M, $0."""
    return _sign(value) + usd(value, digits)


def usd_full(value: float, digits: int = 3) -> str:
    """USD to the dollar, for the ledger of facts: $2,561,500,000."""
    return f"{MINUS if value < 0 else ''}${abs(value):,.0f}"


def amount(value: float, digits: int = 3) -> str:
    """`digits` significant digits of a non-negative number and K, M, B or T, chosen after rounding."""
    rounded = _significant(value, digits)
    for size, letter in _STEPS:
        if rounded >= size:
            return _plain(rounded / size, digits) + letter
    return _plain(rounded, digits) if rounded % 1 else f"{rounded:.0f}"


def percent(value: float, digits: int = 3) -> str:
    """Unsigned percent of a fraction: one decimal under 10, none above (0.0714 -> 7.1%, 0.94 -> 94%)."""
    number = abs(Decimal(repr(float(value)))) * 100
    tenth = number.quantize(Decimal("0.1"), ROUND_HALF_EVEN)
    return f"{number.quantize(Decimal(1), ROUND_HALF_EVEN)}%" if tenth >= 10 else f"{tenth}%"


def percent_signed(value: float, digits: int = 3) -> str:
    """Percent with its sign, for tables: −7.1%, +0.4%."""
    text = percent(value)
    return text if text == "0.0%" else _sign(value) + text


def price(value: float, digits: int = 3) -> str:
    """A price in USD: no decimals and a comma from 1,000 on, else four significant digits; prices are never coarsened."""
    if value >= 1000:
        return f"${value:,.0f}"
    return f"${_plain(_significant(value, 4), 4)}"


def rate(value: float, digits: int = 3) -> str:
    """A funding rate per 8 h as percent with four decimals and its sign: +0.0100%, −0.0042%."""
    text = f"{abs(value) * 100:.4f}%"
    return text if text == "0.0000%" else _sign(value) + text


def rate_words(value: float, digits: int = 3) -> str:
    """The same for prose, the sign as a word: 0.0100%, minus 0.0042%."""
    text = f"{abs(value) * 100:.4f}%"
    return f"minus {text}" if value < 0 and text != "0.0000%" else text


def ratio(value: float, digits: int = 3) -> str:
    """How many times: one decimal under 10, none from there on: 9.3, 12."""
    return f"{value:,.1f}" if abs(round(value, 1)) < 10 else f"{value:,.0f}"


def count(value: int, digits: int = 3) -> str:
    """A whole number with commas."""
    return f"{value:,.0f}"


def place(value: int, digits: int = 3) -> str:
    """A place among others: largest, second largest, 4th largest."""
    if value <= 3:
        return ("largest", "second largest", "third largest")[value - 1]
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th") if value % 100 not in (11, 12, 13) else "th"
    return f"{value}{suffix} largest"


def seconds(value: int, digits: int = 3) -> str:
    """A length of time in its largest whole unit: 1 hour, 5 minutes, 60 seconds -> 1 minute."""
    for size, unit in ((3600, "hour"), (60, "minute"), (1, "second")):
        if value % size == 0 and value >= size:
            return f"{value // size} {unit}{'' if value == size else 's'}"
    return f"{value} seconds"


def minutes(value: int, digits: int = 3) -> str:
    """The same in minutes, however many: 60 minutes."""
    return f"{value / 60:.0f} minute{'' if value == 60 else 's'}"


def clock(value: datetime, digits: int = 3) -> str:
    """UTC hour and minute: 17:05."""
    return f"{value:%H:%M}"


def cutoff(value: datetime, digits: int = 3) -> str:
    """The end of a window on the day that it ends: midnight is 24:00, not 00:00."""
    return "24:00" if (value.hour, value.minute) == (0, 0) else clock(value)


def clock_format(value: object, of: date) -> str:
    """Which format writes an instant on the clock of a day: the midnight that ends it is 24:00."""
    return "cutoff" if isinstance(value, datetime) and value.date() > of else "clock"


def hour(value: datetime, digits: int = 3) -> str:
    """The clock hour that starts then: 17:00–18:00."""
    return f"{value:%H:%M}–{cutoff(value + timedelta(hours=1))}"


def hour_of_day(value: int, digits: int = 3) -> str:
    """The clock hour of that number: 17 -> 17:00–18:00."""
    return f"{value:02d}:00–{value + 1:02d}:00"


def day(value: date, digits: int = 3) -> str:
    """31 January 2026."""
    return f"{value.day} {value:%B %Y}"


def short_day(value: date, digits: int = 3) -> str:
    """31 Jan 2026."""
    return f"{value.day} {value:%b %Y}"


def iso_day(value: date, digits: int = 3) -> str:
    """2026-01-31."""
    return value.isoformat()


def text(value: object, digits: int = 3) -> str:
    """A name or a list that is itself a fact."""
    return str(value)


def venue(value: str, digits: int = 3) -> str:
    """A venue as it writes itself: bitmex -> BitMEX."""
    return names.venue(value)


def source(value: str, digits: int = 3) -> str:
    """Who says so; of an address the part that names it: https://example.org/a -> example.org/a."""
    return re.sub(r"^https?://(www\.)?", "", value)


def stamp(value: datetime, digits: int = 3) -> str:
    """Day and time: 2026-01-31 17:05."""
    return f"{value:%Y-%m-%d %H:%M}"


FORMATS: Mapping[str, Format] = {
    function.__name__: function
    for function in (
        usd, usd_signed, amount, percent, percent_signed, price, rate, rate_words, ratio,
        count, place, seconds, minutes, clock, cutoff, hour,
        hour_of_day, day, short_day,
        iso_day, text, venue, source, stamp,
    )
}  # fmt: skip

OF_UNIT: Mapping[str, tuple[str, ...]] = {
    "usd": ("usd", "usd_signed"),
    "usd_price": ("price",),
    "coin": ("amount",),
    "fraction": ("percent", "percent_signed"),
    "fraction_per_8h": ("rate", "rate_words"),
    "ratio": ("ratio",),
    "count": ("count",),
    "rank": ("place",),
    "seconds": ("seconds", "minutes"),
    "instant": ("clock", "cutoff", "hour", "stamp"),
    "hour": ("hour_of_day",),
    "day": ("day", "short_day", "iso_day"),
    "name": ("text", "venue", "source"),
    "flag": ("text",),
}
"""Which formats may write a fact of a unit; the first is the usual one."""


def _sign(value: float) -> str:
    return MINUS if value < 0 else "+" if value > 0 else ""


def _significant(value: float, digits: int) -> Decimal:
    exact = Decimal(repr(float(value)))
    if not exact:
        return Decimal(0)
    return exact.quantize(Decimal(1).scaleb(exact.adjusted() - digits + 1), ROUND_HALF_EVEN)


def _plain(value: Decimal, digits: int) -> str:
    return f"{value:.{max(0, digits - 1 - value.adjusted())}f}" if value else "0"
