"""What a claim is: a sentence with a grade, a gate over facts, wordings; and how one becomes text.

What belongs here: deciding and wording in general. What does not: any particular sentence.
"""

import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Literal

from reports.facts.model import Fact
from reports.numbers import FORMATS, OF_UNIT, percent

Grade = Literal["M", "D", "I", "E", "X"]
Place = Literal[
    "subject",
    "headline",
    "takeaway",
    "lead",
    "brunt",
    "why",
    "liquidations",
    "market_cap",
    "prices",
    "leverage",
    "levels",
    "outlook",
    "coverage",
]
GRADES: Mapping[str, str] = {
    "M": "measured",
    "D": "derived by arithmetic",
    "I": "inferred by a rule",
    "E": "editorial",
    "X": "from an event file",
}
Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Figure:
    """A fact as printed."""

    fact: Fact
    format: str

    @property
    def text(self) -> str:
        """The fact in its format, as precise as its coverage allows."""
        return FORMATS[self.format](self.fact.value, self.fact.digits)


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition in words, and the predicate over the claim's facts that decides it."""

    condition: str
    holds: Callable[[Facts], bool]


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence that may be said: `{name}` or `{name:format}` in a wording prints the fact of that name."""

    id: str
    place: Place
    grade: Grade
    wordings: Sequence[str]
    facts: Mapping[str, Fact | None] = field(default_factory=dict)
    gates: Sequence[Gate] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A decided sentence: its text in parts, or none and the reason why it is not said."""

    id: str
    place: Place
    grade: Grade
    parts: tuple[str | Figure, ...]
    facts: tuple[Fact, ...]
    """Facts that are printed, or that the gates looked at."""
    gates: tuple[str, ...]
    reason: str = ""
    """Why the gate is false; empty where it holds."""

    @property
    def said(self) -> bool:
        """Whether the gate holds."""
        return not self.reason

    @property
    def text(self) -> str:
        """The sentence."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)


def decide(draft: Draft, seed: int) -> Claim:
    """Hold a draft against its gates; the seed (the day's ordinal) chooses the wording, so that a re-run says the same."""
    facts = {name: fact for name, fact in draft.facts.items() if fact is not None}
    gates = ("measured: " + ", ".join(draft.facts), *(gate.condition for gate in draft.gates))
    reason = _reason(draft, facts)
    wording = draft.wordings[seed % len(draft.wordings)]
    parts = () if reason else tuple(_parts(wording, facts))
    return Claim(
        draft.id, draft.place, draft.grade, parts, tuple(facts.values()), gates if draft.facts else gates[1:], reason
    )


def _reason(draft: Draft, facts: Facts) -> str:
    absent = [name for name, fact in draft.facts.items() if fact is None]
    if absent:
        return f"not measured: {', '.join(absent)}"
    failed = [gate.condition for gate in draft.gates if not gate.holds(facts)]
    return f"does not hold: {'; '.join(failed)}" if failed else ""


def _parts(wording: str, facts: Facts) -> list[str | Figure]:
    parts: list[str | Figure] = []
    for literal, name, format, _ in string.Formatter().parse(wording):
        if literal:
            parts.append(literal)
        if name is not None:
            fact = facts[name]
            parts.append(Figure(fact, format or OF_UNIT[fact.unit][0]))
    return parts


def worded(chosen: Sequence[str], **words: str) -> list[str]:
    """Put words into the `[slots]` of wordings; numbers stay facts."""
    return [reduce(lambda text, slot: text.replace(f"[{slot}]", words[slot]), words, wording) for wording in chosen]


def above(name: str, limit: float) -> Gate:
    """The named fact is at or above a limit."""
    return Gate(f"{name} at least {limit:g}", lambda facts: _value(facts, name) >= limit)


def below(name: str, limit: float) -> Gate:
    """The named fact is at or below a limit."""
    return Gate(f"{name} at most {limit:g}", lambda facts: _value(facts, name) <= limit)


def when(condition: str, holds: bool) -> Gate:
    """A condition that was decided on the day as a whole, such as its regime."""
    return Gate(condition, lambda _: holds)


def is_slight(change: Fact | None) -> bool:
    """Whether a change is printed as 0.0%: then it has no direction, and prose gives it none."""
    return change is not None and Figure(change, "percent").text == "0.0%"


def is_nearly_all(share: float | None) -> bool:
    """Whether a share is printed as 100% and is less: then prose says so in words."""
    return share is not None and share < 1 and percent(share) == "100%"


def _value(facts: Facts, name: str) -> float:
    return facts[name].number
