"""The archive around the recaps: the index of all days, and the links from each day to its neighbours.

What belongs here: what depends on which days exist. What does not: a day's own content (render.py).
"""

import json
import os
import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import asdict, dataclass
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


def refresh(recaps: Path, changed: Iterable[date]) -> None:
    """Bring the archive up to date after days were written: their links and their neighbours', index.html, days.json.

    Other days' pages are not opened, so that a day costs the same however many there are.
    """
    fresh = set(changed)
    entries = _entries(recaps, fresh)
    days = [entry.day for entry in entries]
    written = [place for place, day in enumerate(days) if day in fresh]
    for near in sorted({near for place in written for near in range(max(place - 1, 0), min(place + 2, len(days)))}):
        _link(recaps / days[near].isoformat() / "index.html", neighbours(days, near))
    newest = sorted(entries, key=lambda entry: entry.day, reverse=True)
    months = [(month, list(found)) for month, found in groupby(newest, key=lambda entry: entry.day.replace(day=1))]
    template = environment().get_template("archive.html.j2")
    _replace(recaps / "index.html", template.render(months=months, simulated=any(entry.simulated for entry in entries)))
    _replace(recaps / "days.json", _as_json(entries))
    _replace(recaps / "facts.schema.json", SCHEMA.read_text(encoding="utf-8"))


def _entries(recaps: Path, fresh: Set[date]) -> list[Entry]:
    """The archive's lines by day: as days.json has them, but for the days just written and for folders that it lacks."""
    listed = recaps / "days.json"
    rows = json.loads(listed.read_text(encoding="utf-8")) if listed.exists() else []
    listed_days = {row["day"]: Entry(**{**row, "day": date.fromisoformat(row["day"])}) for row in rows}
    known = {name: entry for name, entry in listed_days.items() if entry.day not in fresh}
    folders = sorted(path for path in recaps.iterdir() if re.fullmatch(r"\d{4}-\d\d-\d\d", path.name))
    found = (known.get(folder.name) or _entry(folder) for folder in folders)
    return [entry for entry in found if entry]


def _as_json(entries: Sequence[Entry]) -> str:
    return (
        json.dumps([{**asdict(entry), "day": entry.day.isoformat()} for entry in entries], ensure_ascii=False, indent=1)
        + "\n"
    )


def neighbours(days: Sequence[date], place: int) -> str:
    """Return the links of the day at `place` to those before and after it, as HTML."""
    return environment().get_template("days.html.j2").render(
        day=days[place],
        previous=days[place - 1] if place else None,
        next=days[place + 1] if place + 1 < len(days) else None,
    )  # fmt: skip


def _entry(folder: Path) -> Entry | None:
    ledger = folder / "claims.json"
    if not ledger.exists():
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
