"""The recap made once more from its own facts, and what a reader would read otherwise in the files as they lie.

What belongs here: comparing words, marks and addresses. What does not: whether a sentence is right (lint.py), and the
geometry of pictures, which depends on the fonts of the machine that drew them.
"""

import json
import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes, policy
from html.parser import HTMLParser
from itertools import zip_longest

import duckdb

from reports import charts, claims, site
from reports.facts.export import to_plain
from reports.facts.gather import gather
from reports.facts.model import Fact, FactStore
from reports.recap import render_files
from reports.verify.marts import agrees

_DAYS = re.compile(r"<!--days-->(.*?)<!--/days-->", re.DOTALL)
_LINKED = re.compile(r'href="\.\./(\d{4}-\d\d-\d\d)/index\.html"')
_PNG = b"\x89PNG\r\n\x1a\n"
_BOUNDARY = re.compile(r'boundary="[^"]*"')


@dataclass(frozen=True, slots=True)
class Difference:
    """A place in a file, what stands there and what should."""

    where: str
    said: object
    found: object


class Replay:
    """The files that a day's facts give, to hold those on disk against."""

    def __init__(self, expected: Mapping[str, bytes], day: date) -> None:
        self.day = day
        self.names = tuple(expected)
        self._expected = expected
        self._read = {name: list(_reading(name, content)) for name, content in expected.items()}

    @classmethod
    def of(cls, db: duckdb.DuckDBPyConnection, store: FactStore) -> "Replay":
        """Judge, draw and render the facts again; facts.json itself is `refound`'s work."""
        files = render_files(store, claims.judge(store), charts.build(db, store.day, store.digits))
        return cls({name: content for name, content in files.items() if name != "facts.json"}, store.day)

    def differences(self, name: str, content: bytes | None) -> Iterator[Difference]:
        """Return the first thing that a file says otherwise; None stands for a file that is not there."""
        if content is None:
            yield Difference(name, "no file", "a file")
        elif content != self._expected[name]:
            try:
                yield from self._compared(name, content)
            except (ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
                yield Difference(name, f"what cannot be read: {error}", "a file as written")

    def _compared(self, name: str, content: bytes) -> Iterator[Difference]:
        links = _DAYS.search(content.decode()) if name.endswith(".html") else None
        yield from self._links(links[1]) if links else ()
        pairs = zip_longest(_reading(name, content), self._read[name], fillvalue="nothing more")
        yield from (Difference(name, said, found) for said, found in _first(pairs))

    def _links(self, said: str) -> Iterator[Difference]:
        """A neighbour is called by the day that it is; which neighbours there are depends on the archive."""
        linked = {date.fromisoformat(day) for day in _LINKED.findall(said)}
        days = sorted(linked | {self.day})
        found = site.neighbours(days, days.index(self.day))
        if said.strip() and list(_reading("days.html", said.encode())) != list(_reading("days.html", found.encode())):
            yield Difference("index.html, links to other days", said, found)


def refound(db: duckdb.DuckDBPyConnection, store: FactStore) -> Iterator[Difference]:
    """Facts and dump files as the warehouse gives them now: none more, none fewer, each with the same place and coverage."""
    fresh = gather(db, store.day)
    facts, said = {fact.id: fact for fact in fresh}, {fact.id: fact for fact in store}
    for id in sorted({**said, **facts}):
        if id not in facts or id not in said:
            yield Difference(id, *("a fact" if id in found else "no such fact" for found in (said, facts)))
        elif not _same(said[id], facts[id]):
            yield Difference(id, said[id], facts[id])
    files = zip_longest(store.files, fresh.files, fillvalue=None)
    yield from (Difference(f"dump file {number}", a, b) for number, (a, b) in enumerate(files, 1) if a != b)


def _same(said: Fact, found: Fact) -> bool:
    if not agrees(said.value, found.value):
        return False
    return {**to_plain(said), "value": None} == {**to_plain(found), "value": None}


def _first(pairs: Iterable[tuple[object, object]]) -> list[tuple[object, object]]:
    return next(([pair] for pair in pairs if pair[0] != pair[1]), [])


def _reading(name: str, content: bytes) -> Iterator[object]:
    """What there is to read in a file, piece by piece."""
    if name.endswith(".json"):
        document = json.loads(content)
        yield {key: value for key, value in document.items() if key != "claims"}
        yield from document["claims"]
    elif name.endswith(".eml"):
        yield from _of_mail(content)
    else:
        yield from _Reader.of(_DAYS.sub("", content.decode()))


def _of_mail(content: bytes) -> Iterator[object]:
    message = message_from_bytes(content, policy=policy.default)
    for part in message.walk():
        yield sorted((key, _BOUNDARY.sub("", str(value))) for key, value in part.items())
        if part.get_content_type() == "text/html":
            yield from _Reader.of(part.get_content())
        elif part.get_content_maintype() == "text":
            yield from str(part.get_content()).splitlines()
        elif part.get_content_maintype() == "image":
            yield from _chunks(part.get_content())


def _chunks(png: bytes) -> Iterator[object]:
    """Each chunk's name and whether it is whole: what is drawn depends on fonts, that it can be drawn does not."""
    at = len(_PNG)
    while at < len(png):
        size, name = struct.unpack(">I4s", png[at : at + 8])
        body, check = png[at + 4 : at + 8 + size], png[at + 8 + size : at + 12 + size]
        yield name, png[: len(_PNG)] == _PNG and check == struct.pack(">I", zlib.crc32(body))
        at += 12 + size


class _Reader(HTMLParser):
    """Text with the tags around it; of a picture without their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[object] = []
        self._drawing = 0

    @classmethod
    def of(cls, html: str) -> list[object]:
        """Read a whole document."""
        reader = cls()
        reader.feed(html)
        reader.close()
        return reader.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._drawing += tag == "svg"
        self.found.append((tag, *(() if self._drawing else attrs)))

    def handle_endtag(self, tag: str) -> None:
        self._drawing -= tag == "svg"

    def handle_data(self, data: str) -> None:
        if words := " ".join(data.split()):
            self.found.append(words)
