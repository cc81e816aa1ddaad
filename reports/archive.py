"""The archive page: a calendar of what was liquidated on each day, and the list of all recaps with its filters.

What belongs here: which day stands where and how dark it is. What does not: files (site.py) and HTML (templates).
"""

from base64 import b64encode
from bisect import bisect_right
from calendar import Calendar
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import groupby, pairwise

from markupsafe import Markup

from reports.entries import Entry
from reports.numbers import usd
from reports.render import TEMPLATES, environment

STEPS = (1e8, 2.5e8, 5e8, 1e9)
"""USD at which the calendar's next shade begins: fixed, so that a new day recolours no other."""
CHOICES = 12
"""Assets that can be chosen by a button; the search finds the others."""


@dataclass(frozen=True, slots=True)
class Square:
    """A day of the calendar; one that has no recap has no entry."""

    day: date
    entry: Entry | None
    shade: int
    """1 to 5; 0 where nothing was measured."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month: weeks from Monday for the calendar, recaps newest first for the list."""

    first: date
    weeks: tuple[tuple[Square | None, ...], ...]
    entries: tuple[Entry, ...]


def page(entries: Sequence[Entry]) -> str:
    """Return the archive as one self-contained HTML document; `entries` come by day."""
    months = _months(entries)
    years = {year: list(found) for year, found in groupby(months, key=lambda month: month.first.year)}
    script = (TEMPLATES / "archive.js").read_text(encoding="utf-8").strip()
    choices = _choices(entries)
    return (
        environment()
        .get_template("archive.html.j2")
        .render(
            latest=entries[-1] if entries else None,
            first=entries[0] if entries else None,
            n=len(entries),
            years=dict(reversed(years.items())),
            months=list(reversed(months)),
            legend=_legend(),
            choices=choices,
            marks={entry.day: _marks(entry, choices) for entry in entries},
            simulated=any(entry.simulated for entry in entries),
            script=Markup(script),
            script_hash=b64encode(sha256(script.encode()).digest()).decode(),
        )
    )


def shade(total_usd: float | None) -> int:
    """How dark a day is: 1 to 5, or 0 where nothing was measured."""
    return 0 if total_usd is None else 1 + bisect_right(STEPS, total_usd)


def _months(entries: Sequence[Entry]) -> list[Month]:
    grouped = groupby(entries, key=lambda entry: entry.day.replace(day=1))
    return [_month(first, {entry.day: entry for entry in found}) for first, found in grouped]


def _month(first: date, found: Mapping[date, Entry]) -> Month:
    weeks = tuple(
        tuple(_square(day, found.get(day)) if day.month == first.month else None for day in week)
        for week in Calendar().monthdatescalendar(first.year, first.month)
    )
    return Month(first, weeks, tuple(found.values())[::-1])


def _square(day: date, entry: Entry | None) -> Square:
    return Square(day, entry, shade(entry.total_usd if entry else None))


def _legend() -> list[tuple[int, str]]:
    between = [f"{usd(low)} to {usd(high)}" for low, high in pairwise(STEPS)]
    return list(enumerate([f"under {usd(STEPS[0])}", *between, f"{usd(STEPS[-1])} and more"], start=1))


def _choices(entries: Sequence[Entry]) -> dict[str, int]:
    """The assets named on most days, each with the number that stands for it in the style sheet."""
    often = Counter(asset for entry in entries for asset in entry.assets)
    ordered = sorted(often, key=lambda asset: (-often[asset], asset))
    return {asset: number for number, asset in enumerate(ordered[:CHOICES], start=1)}


def _marks(entry: Entry, choices: Mapping[str, int]) -> str:
    return " ".join(str(choices[asset]) for asset in entry.assets if asset in choices)
