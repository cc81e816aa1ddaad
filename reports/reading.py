"""A recap's page as the linter reads it: numbers with their facts, sentences, tables, the sheets of facts, and the words around them.

What belongs here: taking a page apart. What does not: what is wrong with it (lint.py).
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_SILENT = ("svg", "style")
_VOID = ("meta", "br", "hr", "img", "link", "col", "input", "wbr")
_LEDGER = "ledger"
_ANCHOR = "fact-"
Mark = tuple[str, str | None]
"""Words, and the fact that they are marked with, if any."""


@dataclass(slots=True)
class Cell:
    """A cell of a table, with the fact that it prints."""

    text: str = ""
    fact: str | None = None


@dataclass(slots=True)
class Sheet:
    """What a number leads to: all of its words, and those of each fact in it."""

    text: str = ""
    facts: dict[str, str] = field(default_factory=dict)


class Reading(HTMLParser):
    """Splits a page into numbers marked with `data-fact` and the rest; skips pictures and what is a ledger of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.marked: list[tuple[str, str]] = []
        self.free: list[str] = []
        self.charts: list[str] = []
        self.findings: list[str] = []
        self.sentences: list[tuple[str, list[Mark]]] = []
        self.tables: list[list[list[Cell]]] = []
        self.sheets: list[Sheet] = []
        self._all: list[str] = []
        self._stack: list[Mark] = []
        self._claim = 0
        self._sheet = 0
        self._fact = ("", 0)

    @classmethod
    def of(cls, page: str) -> "Reading":
        """Read a whole page."""
        reading = cls()
        reading.feed(page)
        reading.close()
        return reading

    @property
    def whole(self) -> str:
        """All text, in order, with single spaces."""
        return " ".join("".join(self._all).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        if tag in _VOID:
            return
        given = dict(attrs)
        label = given.get("aria-label") or ""
        self._loose().append(label)
        if given.get("role") == "img":
            self.findings.append(label)
        role = _LEDGER if "data-ledger" in given else given.get("data-fact")
        self._stack.append((tag, role))
        if "data-claim" in given:
            self._claim = len(self._stack)
            self.sentences.append((given["data-claim"] or "", []))
        if (given.get("class") or "").split()[:1] == ["sheet"]:
            self._sheet = len(self._stack)
            self.sheets.append(Sheet())
        self._open_part(tag, given.get("id") or "")

    def handle_endtag(self, tag: str) -> None:
        """Close an element and those that were left open in it."""
        while self._stack and self._stack.pop()[0] != tag:
            pass
        if len(self._stack) < self._claim:
            self._claim = 0
        if len(self._stack) < self._fact[1]:
            self._fact = ("", 0)
        if len(self._stack) < self._sheet:
            self._sheet = 0

    def handle_data(self, data: str) -> None:
        """Keep words where they belong."""
        self._all.append(data)
        roles = [role for _, role in self._stack if role]
        mark = roles[-1] if roles else None
        if self._claim:
            self.sentences[-1][1].append((data, mark))
        if self._sheet:
            self.sheets[-1].text += f" {data}"
        if self._fact[0]:
            self.sheets[-1].facts[self._fact[0]] += f" {data}"
        tags = [tag for tag, _ in self._stack]
        if "td" in tags or "th" in tags:
            self._put(data, mark)
        if not data.strip() or _LEDGER in roles or any(tag in _SILENT for tag in tags):
            return
        if mark:
            self.marked.append((mark, data))
        else:
            self._loose().append(data)

    def _open_part(self, tag: str, id: str) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("th", "td"):
            self.tables[-1][-1].append(Cell())
        elif id.startswith(_ANCHOR) and self._sheet:
            self._fact = (id.removeprefix(_ANCHOR), len(self._stack))
            self.sheets[-1].facts[self._fact[0]] = ""

    def _put(self, data: str, mark: str | None) -> None:
        cell = self.tables[-1][-1][-1]
        cell.text = " ".join(f"{cell.text} {data}".split())
        cell.fact = cell.fact or (mark if mark != _LEDGER else None)

    def _loose(self) -> list[str]:
        return self.charts if any(tag == "figure" for tag, _ in self._stack) else self.free
