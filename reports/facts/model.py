"""What a fact is, and the store that answers for all of a day's facts.

What belongs here: the shape, identity and lookup of facts. What does not: reading marts, formatting, judging.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Value = float | int | str | bool | date | datetime
Unit = Literal[
    "usd",
    "usd_price",
    "coin",
    "fraction",
    "fraction_per_8h",
    "ratio",
    "count",
    "rank",
    "seconds",
    "instant",
    "hour",
    "day",
    "name",
    "flag",
]
Coverage = Literal["complete", "partial", "missing", "unknown"]
EXACT, COARSE = 3, 2


@dataclass(frozen=True, slots=True)
class DumpFile:
    """A file that a vendor published, as it was fetched; `number` is its place in the day's list, from 1."""

    number: int
    source: str
    dataset: str
    feed: str
    venue: str
    path: str
    sha256: str
    bytes: int
    rows_in: int
    rows_kept: int
    rows_quarantined: int
    rows_unknown_instrument: int
    simulated: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """One measured or derived value, with all that it takes to look it up again."""

    id: str
    metric: str
    entity: str
    """`market`, or the asset, venue or level that is spoken of."""
    window: str
    """ISO 8601 interval, half-open, UTC."""
    value: Value
    unit: Unit
    as_of: datetime
    """End of what had been measured, UTC."""
    coverage: Coverage
    model: str
    """Relation that it was read from, `marts.<name>`."""
    column: str
    """Column; for a derived fact the formula over it."""
    where: Mapping[str, Value]
    """The row: column to value."""
    dump_files: tuple[int, ...]
    """Numbers of the dump files behind it."""
    digits: int = EXACT
    """Significant digits that its coverage allows."""
    inputs: tuple[str, ...] = ()
    """Facts that a derived one was made of."""

    def __post_init__(self) -> None:
        if isinstance(self.value, float) and self.value == 0:
            object.__setattr__(self, "value", 0.0)  # a zero has no sign

    @property
    def number(self) -> float:
        """The value of a fact that is a number."""
        if not isinstance(self.value, int | float):
            raise TypeError(f"fact {self.id} is no number: {self.value!r}")
        return float(self.value)

    @property
    def anchor(self) -> str:
        """Id of its permalink on the page."""
        return f"fact-{self.id}"


class FactStore:
    """A day's facts by id, in the order they were gathered."""

    def __init__(self, day: date, facts: Iterable[Fact], files: Iterable[DumpFile]) -> None:
        self.day = day
        self.files = tuple(files)
        self._facts: dict[str, Fact] = {}
        for fact in facts:
            self.add(fact)

    def add(self, fact: Fact) -> None:
        """Keep a fact; a second one of the same id is a mistake of the program."""
        if fact.id in self._facts:
            raise ValueError(f"two facts are called {fact.id}")
        self._facts[fact.id] = fact

    def get(self, *parts: str) -> Fact | None:
        """Return the fact `mart.key….column`, or None where nothing was measured."""
        return self._facts.get(fact_id(*parts))

    def row(self, *parts: str) -> Callable[[str], Fact | None]:
        """Return a look-up by column in one row of a mart."""
        return lambda column: self.get(*parts, column)

    def value(self, *parts: str) -> Value | None:
        """Return its value, or None."""
        fact = self.get(*parts)
        return None if fact is None else fact.value

    def number(self, *parts: str) -> float | None:
        """Return its value as a number, or None."""
        value = self.value(*parts)
        return float(value) if isinstance(value, int | float) else None

    def entities(self, mart: str) -> list[str]:
        """Return the entities of a mart in the order its rows were read."""
        return list(dict.fromkeys(fact.entity for fact in self if fact.model == f"marts.{mart}"))

    @property
    def digits(self) -> int:
        """Significant digits of what was liquidated: fewer where that is weakly covered."""
        total = self.get("liquidations_market_daily", "total_usd")
        return total.digits if total else EXACT

    @property
    def simulated(self) -> bool:
        """Whether any file behind the day is simulated."""
        return any(file.simulated for file in self.files)

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts.values())

    def __len__(self) -> int:
        return len(self._facts)

    def __getitem__(self, id: str) -> Fact:
        return self._facts[id]


def fact_id(*parts: str) -> str:
    """Join parts to an id that is safe in HTML, in a URL fragment and in a file: other characters as their code points."""
    return ".".join(re.sub(r"[^A-Za-z0-9_-]", lambda found: f"~{ord(found[0]):x}~", part) for part in parts)
