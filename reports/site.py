"""The archive around the recaps: the index of all days, and the links from each day to its neighbours.

What belongs here: what depends on which days exist. What does not: a day's own content (render.py).
"""

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from reports.facts.export import SCHEMA
from reports.render import environment

_DAYS = re.compile(r"<!--days-->.*?<!--/days-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the archive."""

    day: date
    headline: str
    regime: str
    impaired: bool
    simulated: bool


def refresh(recaps: Path) -> None:
    """Write recaps/index.html and the days' links anew from the recaps that are there; files that would not change stay."""
    entries = [entry for folder in sorted(recaps.iterdir()) if (entry := _entry(folder))]
    days = [entry.day for entry in entries]
    for place, day in enumerate(days):
        _link(recaps / day.isoformat() / "index.html", neighbours(days, place))
    newest = sorted(entries, key=lambda entry: entry.day, reverse=True)
    months = [(month, list(found)) for month, found in groupby(newest, key=lambda entry: entry.day.replace(day=1))]
    template = environment().get_template("archive.html.j2")
    _replace(recaps / "index.html", template.render(months=months, simulated=any(entry.simulated for entry in entries)))
    _replace(recaps / "facts.schema.json", SCHEMA.read_text(encoding="utf-8"))


def neighbours(days: Sequence[date], place: int) -> str:
    """Return the links of the day at `place` to those before and after it, as HTML."""
    return environment().get_template("days.html.j2").render(
        day=days[place],
        previous=days[place - 1] if place else None,
        next=days[place + 1] if place + 1 < len(days) else None,
    )  # fmt: skip


def _entry(folder: Path) -> Entry | None:
    ledger = folder / "claims.json"
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", folder.name) or not ledger.exists():
        return None
    found = json.loads(ledger.read_text(encoding="utf-8"))
    return Entry(
        date.fromisoformat(folder.name), found["headline"], found["regime"], found["impaired"], found["simulated"]
    )


def _link(page: Path, links: str) -> None:
    text = page.read_text(encoding="utf-8")
    _replace(page, _DAYS.sub(lambda _: f"<!--days-->{links}<!--/days-->", text, count=1))


def _replace(path: Path, text: str) -> None:
    """Write a file in one step; leave it alone if it says so already."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
