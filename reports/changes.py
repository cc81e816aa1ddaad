"""What a correction corrects: the facts of a day as they were mailed, and as they are now.

What belongs here: comparing facts as they print, and naming them. What does not: when a correction is mailed (revisions.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from reports.facts.model import Fact
from reports.numbers import FORMATS, OF_UNIT

UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Change:
    """A fact before and after, as text; `UNKNOWN` where there was none, or is none any more."""

    name: str
    before: str
    after: str


Printed = Mapping[str, Mapping[str, Any]]
"""Facts by id, each with its name and its text: what a reader could have read."""


def printed(facts: Iterable[Fact]) -> Printed:
    """Return each fact as it prints: what changes below the printed digits is no correction."""
    return {fact.id: {"name": _name(fact), "text": _text(fact)} for fact in facts}


def between(before: Printed, after: Printed, first: Sequence[str] = ()) -> list[Change]:
    """Return what differs, those of the ids `first` before the others."""
    places = {id: place for place, id in enumerate(first)}
    ids = sorted({**after, **before}, key=lambda id: places.get(id, len(places)))
    return [
        Change(str((after.get(id) or before[id])["name"]), old, new)
        for id in ids
        if (old := _of(before, id)) != (new := _of(after, id))
    ]


def _of(facts: Printed, id: str) -> str:
    return str(facts[id]["text"]) if id in facts else UNKNOWN


def _text(fact: Fact) -> str:
    if isinstance(fact.value, datetime):
        return f"{FORMATS['stamp'](fact.value, fact.digits)} UTC"
    if isinstance(fact.value, date):
        return FORMATS["iso_day"](fact.value, fact.digits)
    formats = OF_UNIT[fact.unit]
    signed = next((name for name in formats if name.endswith("_signed")), formats[0])
    is_negative = isinstance(fact.value, float | int) and fact.value < 0
    return FORMATS[signed if is_negative else formats[0]](fact.value, fact.digits)


_SUFFIXES = ("_usd", "_pct", "_at", "_day")


def _name(fact: Fact) -> str:
    """`liquidations by asset, ETH: total`: mart, entity and column, as they are called in facts.json."""
    column = next((fact.metric.removesuffix(end) for end in _SUFFIXES if fact.metric.endswith(end)), fact.metric)
    mart = fact.model.removeprefix("marts.").removesuffix("_daily")
    mart = mart if fact.entity == "market" else f"{mart}, {fact.entity}"
    return f"{mart}: {column}".replace("_", " ")
