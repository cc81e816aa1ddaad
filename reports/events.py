"""What a user wrote down of the world outside the data, with its source: the only sentences of grade X.

What belongs here: reading and checking `events.toml`. What does not: how such a sentence stands in a recap (claims/why.py).
One file per process, set once before anything is gathered (`use`), as the look is.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from reports import causes

LONGEST = 300
"""Characters of a text; it is one sentence among others."""
_KEYS = ("day", "text", "source")


class EventsError(ValueError):
    """The file cannot be used; the message names file, entry and reason."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, and who says so."""

    day: date
    text: str
    source: str


_current: tuple[Event, ...] = ()


def use(file: Path | None = None) -> None:
    """Set the events of this process: those of a TOML file, or none; raises EventsError."""
    global _current
    _current = tuple(_read(file)) if file else ()


def of(day: date) -> list[Event]:
    """Return the events of a UTC day, in the order of the file."""
    return [event for event in _current if event.day == day]


def _read(file: Path) -> list[Event]:
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise EventsError(f"{file}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise EventsError(f"{file}: {error}") from None
    if found.keys() - {"events"} or not isinstance(found.get("events", []), list):
        raise EventsError(f"{file}: there are [[events]] and nothing else")
    return [_event(f"{file}: event {place}", given) for place, given in enumerate(found.get("events", []), 1)]


def _event(where: str, given: Any) -> Event:
    if not isinstance(given, Mapping) or sorted(given) != sorted(_KEYS):
        raise EventsError(f"{where}: it has {', '.join(_KEYS)} and nothing else")
    if not isinstance(given["day"], date) or isinstance(given["day"], datetime):
        raise EventsError(f"{where}: day is a date such as 2026-01-31, without quotes")
    for name in ("text", "source"):
        value = given[name]
        if not (isinstance(value, str) and value.strip() and "\n" not in value and len(value) <= LONGEST):
            raise EventsError(f"{where}: {name} is one line of at most {LONGEST} characters")
    if words := causes.stated(given["text"]):
        raise EventsError(f"{where}: text states a cause ({words[0]}); it says what happened and when")
    return Event(given["day"], given["text"].strip().rstrip("."), given["source"].strip())
