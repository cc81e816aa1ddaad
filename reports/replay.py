"""The recap made once more from its own facts and pictures, and where the files as they lie are not the same.

What belongs here: comparing files. What does not: whether a sentence is right (lint.py), and whether facts and pictures are
those of the warehouse (verify/).
"""

import json
import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes, policy
from html.parser import HTMLParser
from itertools import zip_longest

from reports import claims, site
from reports.charts.model import Chart
from reports.facts.model import FactStore
from reports.files import Files, pictures, render_files

_DAYS = re.compile(rb"<!--days-->(.*?)<!--/days-->", re.DOTALL)
_LINKED = re.compile(r'href="\.\./(\d{4}-\d\d-\d\d)/index\.html"')
_PNG = b"\x89PNG\r\n\x1a\n"
Piece = str | tuple[object, ...]
"""Words, or a tag with its attributes."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A place in a file, what stands there and what should."""

    where: str
    said: object
    found: object


class Replay:
    """The files that a day's facts and pictures give, to hold those on disk against."""

    def __init__(self, store: FactStore, drawn: Sequence[Chart]) -> None:
        self.day = store.day
        self._expected = render_files(store, claims.judge(store), drawn)
        # Facts are what the others are made of.
        self.names = tuple(name for name in self._expected if name != "facts.json")

    def differences(self, name: str, content: bytes | None) -> Iterator[Difference]:
        """Return the first thing that a file says otherwise; None stands for a file that is not there."""
        if content is None:
            yield Difference(name, "no file", "a file")
            return
        try:
            if self.holds(name, content):
                return
            if _unlinked(content) == self._expected[name]:
                yield Difference(f"{name}, links to other days", "other words", "each neighbour by its day")
            else:
                yield _first(_reading(name, _unlinked(content)), _reading(name, self._expected[name]), name)
        except _UNREADABLE as error:
            yield Difference(name, f"what cannot be read: {error}", "a file as written")

    def holds(self, name: str, content: bytes) -> bool:
        """Whether a file is the one expected, but for what the archive and the machine's fonts decide."""
        expected = self._expected[name]
        if name.endswith(".eml"):
            return list(_parts(content)) == list(_parts(expected))
        return _unlinked(content) == expected and _links(self.day, content)


def replayed(store: FactStore, files: Files) -> list[Difference]:
    """Judge and render the facts once more, with the pictures that lie there."""
    replay = Replay(store, pictures(files))
    return [found for name in replay.names for found in replay.differences(name, files.get(name))]


def pieces(markup: str) -> list[Piece]:
    """Return the words and tags of a document, one after the other."""
    reader = _Pieces()
    reader.feed(markup)
    reader.close()
    return reader.found


_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, struct.error)


def _first(said: Iterable[object], expected: Iterable[object], name: str) -> Difference:
    pairs = zip_longest(said, expected, fillvalue="nothing more")
    alike = ("other bytes that read the same", "the file as written")
    return Difference(name, *next((pair for pair in pairs if pair[0] != pair[1]), alike))


def _reading(name: str, content: bytes) -> Iterator[object]:
    if name.endswith(".json"):
        for key, value in json.loads(content).items():
            yield from ((key, item) for item in (value if isinstance(value, list) else [value]))
    elif name.endswith(".eml"):
        for headers, told in _parts(content):
            yield from (*headers, *(pieces(told) if isinstance(told, str) else (told,)))
    else:
        yield from pieces(content.decode())


def _parts(mail: bytes) -> Iterator[tuple[list[tuple[str, str]], str | bool]]:
    """Headers and texts as they are, and of pictures whether they can be drawn: what is drawn depends on the machine's fonts."""
    for part in message_from_bytes(mail, policy=policy.default).walk():
        headers = sorted((key, str(value)) for key, value in part.items())
        if part.get_content_maintype() == "image":
            yield headers, _is_whole(part.get_content())
        else:
            yield headers, "" if part.is_multipart() else str(part.get_content())


def _is_whole(png: bytes) -> bool:
    """Whether every chunk of a picture is, from the first to the last."""
    at, name = len(_PNG), b""
    while at < len(png):
        size, name = struct.unpack(">I4s", png[at : at + 8])
        body, check = png[at + 4 : at + 8 + size], png[at + 8 + size : at + 12 + size]
        if check != struct.pack(">I", zlib.crc32(body)):
            return False
        at += 12 + size
    return png.startswith(_PNG) and name == b"IEND"


def _unlinked(page: bytes) -> bytes:
    return _DAYS.sub(b"<!--days--><!--/days-->", page, count=1)


def _links(day: date, page: bytes) -> bool:
    """Whether each neighbour is called by the day that it is; which neighbours there are depends on the archive."""
    found = _DAYS.search(page)
    said = found[1].decode() if found else ""
    linked = {date.fromisoformat(neighbour) for neighbour in _LINKED.findall(said)}
    days = sorted(linked | {day})
    return said in ("", site.neighbours(days, days.index(day)))


class _Pieces(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Piece] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, *attrs))

    def handle_endtag(self, tag: str) -> None:
        self.found.append((f"/{tag}",))

    def handle_data(self, data: str) -> None:
        if words := " ".join(data.split()):
            self.found.append(words)
