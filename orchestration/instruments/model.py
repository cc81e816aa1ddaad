"""One instrument as the seed states it."""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["linear", "inverse", "quanto", "spot"]
_THOUSANDS = re.compile(r"(10{3,})(?=[A-Z])")
_OTHER_NAMES = {"XBT": "BTC", "XDG": "DOGE"}


@dataclass(frozen=True, order=True)
class Instrument:
    """`contract_size`: of a linear contract units of the symbol's base; inverse: quote units (USD); quanto: settlement coins
    per contract and unit of price. `multiplier`: coins per unit of the symbol's base (1000PEPE: 1000).
    """

    venue: str
    symbol: str
    kind: Kind
    base: str
    quote: str
    settlement: str
    contract_size: float = 1.0
    multiplier: float = 1.0


def coin(name: str) -> tuple[str, float]:
    """The coin behind a venue's name of it, and how many of it one unit is: 1000PEPE and kPEPE are 1000 PEPE, XBT is BTC."""
    if found := _THOUSANDS.match(name):
        return name[found.end() :], float(found[1])
    if re.fullmatch(r"k[A-Z]+", name):
        return name[1:], 1000.0
    return _OTHER_NAMES.get(name.upper(), name.upper()), 1.0
