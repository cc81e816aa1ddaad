"""The feed of the newest recaps: Atom (RFC 4287), its links relative to where it lies, so that it works at any address."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from reports.entries import Entry
from reports.render import environment

NEWEST = 30
"""Recaps that the feed holds."""
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(entries: Sequence[Entry]) -> str:
    """Return the feed; `entries` come by day."""
    newest = list(reversed(entries[-NEWEST:]))
    text = environment().get_template("feed.xml.j2").render(
        entries=newest,
        id=_id("recaps"),
        ids={entry.day: _id(entry.day.isoformat()) for entry in newest},
        ends={entry.day: _end(entry.day) for entry in newest},
        updated=_end(newest[0].day) if newest else "1970-01-01T00:00:00Z",
    )  # fmt: skip
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _id(of: str) -> str:
    return uuid5(NAMESPACE_URL, f"tidemark:{of}").urn


def _end(day: date) -> str:
    """The cut-off: a recap made again says nothing newer than its day."""
    return datetime.combine(day + timedelta(days=1), time(), UTC).isoformat().replace("+00:00", "Z")
