"""The archive around the recaps: the index of all days, and the links from each day to its neighbours.

What belongs here: what depends on which days exist. What does not: a day's own content (render.py).
"""

import os
import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from reports import archive, entries, feed
from reports.facts.export import SCHEMA
from reports.render import environment

_DAYS = re.compile(r"<!--days-->.*?<!--/days-->", re.DOTALL)


def refresh(recaps: Path, changed: Iterable[date]) -> None:
    """Bring the archive up to date after days were written: their links and their neighbours', index.html, feed.xml, days.json.

    Other days' pages are not opened, so that a day costs the same however many there are.
    """
    fresh = set(changed)
    listed = entries.read(recaps, fresh)
    days = [entry.day for entry in listed]
    written = [place for place, day in enumerate(days) if day in fresh]
    for near in sorted({near for place in written for near in range(max(place - 1, 0), min(place + 2, len(days)))}):
        _link(recaps / days[near].isoformat() / "index.html", days, days[near])
    _replace(recaps / "index.html", archive.page(listed))
    _replace(recaps / "feed.xml", feed.atom(listed))
    _replace(recaps / "days.json", entries.as_json(listed))
    _replace(recaps / "facts.schema.json", SCHEMA.read_text(encoding="utf-8"))


def linked(page: str, days: Sequence[date], day: date) -> str:
    """Return a day's page with links to those of `days` that come before and after it."""
    links = neighbours(days, days.index(day))
    return _DAYS.sub(lambda _: f"<!--days-->{links}<!--/days-->", page, count=1)


def neighbours(days: Sequence[date], place: int) -> str:
    """Return the links of the day at `place` to those before and after it, as HTML."""
    return environment().get_template("days.html.j2").render(
        day=days[place],
        previous=days[place - 1] if place else None,
        next=days[place + 1] if place + 1 < len(days) else None,
    )  # fmt: skip


def _link(page: Path, days: Sequence[date], day: date) -> None:
    _replace(page, linked(page.read_text(encoding="utf-8"), days, day))


def _replace(path: Path, text: str) -> None:
    """Write a file in one step; leave it alone if it says so already."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
