"""One instrument as the seed states it."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Kind = Literal["linear", "inverse", "quanto", "spot"]
_THOUSANDS = re.compile(r"(10{3,})(?=[A-Z])")
_MILLION = re.compile(r"1M(?=[A-Z]{3})")
_THOUSANDS_BEHIND = re.compile(r"(?<=[A-Z]{3})(10{3,})$")
# The new LUNA is LUNA2 where the old one, now LUNC, was traded; the coin behind 1000000BOB is another than BOB.
_OTHER_NAMES = {"XBT": "BTC", "XDG": "DOGE", "LUNA2": "LUNA", "1000000BOB": "1000000BOB"}


@dataclass(frozen=True, order=True)
class Instrument:
    """`contract_size`: of a linear contract units of the symbol's base; inverse: quote units (USD); quanto: settlement coins
    per contract and unit of price. `multiplier`: coins per unit of the symbol's base (1000PEPE: 1000). `listed`: the UTC day
    of listing, where the venue states it.
    """

    venue: str
    symbol: str
    kind: Kind
    base: str
    quote: str
    settlement: str
    contract_size: float = 1.0
    multiplier: float = 1.0
    listed: date | None = field(default=None, compare=False)


def coin(name: str) -> tuple[str, float]:
    """The coin behind a venue's name of it, and how many of it one unit is: 1000PEPE, kPEPE and PEPE1000 are 1000 PEPE, XBT is
    BTC.
    """
    if name.upper() in _OTHER_NAMES:
        return _OTHER_NAMES[name.upper()], 1.0
    if found := _THOUSANDS.match(name):
        return name[found.end() :], float(found[1])
    if found := _MILLION.match(name):
        return name[found.end() :], 1e6
    if found := _THOUSANDS_BEHIND.search(name):
        return name[: found.start()], float(found[1])
    if re.fullmatch(r"k[A-Z]+", name):
        return name[1:], 1000.0
    return name.upper(), 1.0
