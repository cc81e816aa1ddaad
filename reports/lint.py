"""Holds the final text against the facts: every number in it must be one of them, written as its unit allows.

What belongs here: what is wrong in the texts of a recap as they lie on disk. What does not: whether the facts are true (verify.py).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from html.parser import HTMLParser
from typing import Any

from reports import names
from reports.facts.model import EXACT, Fact, FactStore
from reports.numbers import FORMATS, OF_UNIT
from reports.sentences import Piece, Sentence, check

BANNED = ("because", "triggered", "due to", "caused", "led to", "sparked", "thanks to", "prompted")
_FALLS = ("fell", "lost", "lower", "down")
_RISES = ("rose", "gained", "higher", "up")
_TOLERANCE = 1e-9
_SILENT = ("svg", "style")
_VOID = ("meta", "br", "hr", "img", "link", "col", "input", "wbr")
_LEDGER = "ledger"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a text or among the facts that cannot stand."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class LintError(ValueError):
    """The recap contradicts its facts; it must not be published or sent."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(str(finding) for finding in self.findings[:5]))


def lint(store: FactStore, claims: Mapping[str, Any], page: str, mail: bytes | None) -> list[Finding]:
    """Return what is wrong with the texts of one recap: `claims` is claims.json, `mail` the bytes of email.eml."""
    parsed = _Parser.of(page)
    return [
        *_sums(store),
        *(finding for claim in claims["claims"] if claim["text"] for finding in _claim(store, claim)),
        *_ledger(claims, parsed),
        *_sentences(store, claims, parsed),
        *_page(store, parsed),
        *(_text(store, "mail", _plain_part(mail), EXACT) if mail else ()),
    ]


def renderings(facts: Iterable[Fact], *digits: int) -> set[str]:
    """Every way in which these facts may be written, with the digits that their coverage allows or with the given ones."""
    return {
        text
        for fact in facts
        for format in OF_UNIT[fact.unit]
        for precision in digits or (fact.digits,)
        for text in _written(fact, format, precision)
    }


def unmatched(text: str, allowed: Iterable[str]) -> list[str]:
    """Return the numbers of a text that none of the allowed renderings accounts for."""
    text = " ".join(text.split())
    with_digits = sorted({item for item in allowed if re.search(r"\d", item)}, key=len, reverse=True)
    if with_digits:
        whole = r"(?<![\w$,.−+%])(?:" + "|".join(map(re.escape, with_digits)) + r")(?![\w%]|[.,]\d)"
        text = re.sub(whole, "\0", text)
    return [number.rstrip(",.") for number in re.findall(r"[−+]?\$?\w*\d[\w,.%]*", text)]


def _written(fact: Fact, format: str, digits: int) -> tuple[str, ...]:
    try:
        text = FORMATS[format](fact.value, digits)
    except (TypeError, ValueError):
        return ()
    return (text,)


def _claim(store: FactStore, claim: Mapping[str, Any]) -> Iterator[Finding]:
    """A sentence may print its own facts only, states no cause, and says down where its facts are down."""
    known = {fact.id: fact for fact in store}
    text, where = claim["text"], f"claim {claim['id']}"
    facts = [known[id] for id in claim["facts"] if id in known]
    for id in claim["facts"]:
        if id not in known:
            yield Finding(where, f"cites fact {id}, which does not exist")
    if claim["grade"] == "X":
        return  # someone else's words, printed as they are; that they are those of the file is checked as a fact
    for number in unmatched(text, renderings(facts)):
        yield Finding(where, f"{number} is none of its facts")
    for word in BANNED:
        if re.search(rf"\b{word}\b", text, re.IGNORECASE):
            yield Finding(where, f"states a cause: {word}")
    yield from _verbs(facts, text, where)


def _verbs(facts: list[Fact], text: str, where: str) -> Iterator[Finding]:
    signs = {
        fact.value > 0
        for fact in facts
        if "change" in fact.metric and isinstance(fact.value, int | float) and fact.value
    }
    words = set(re.findall(r"\w+", text.lower()))
    falls, rises = words & set(_FALLS), words & set(_RISES)
    if signs == {True} and falls and not rises:
        yield Finding(where, f"says {falls.pop()} where every change is a rise")
    if signs == {False} and rises and not falls:
        yield Finding(where, f"says {rises.pop()} where every change is a fall")


def _ledger(claims: Mapping[str, Any], page: "_Parser") -> Iterator[Finding]:
    """Headline and subject are claims, and the page says every claim in the ledger's words."""
    said = {claim["id"]: claim for claim in claims["claims"] if claim["text"]}
    for name in ("headline", "subject"):
        if claims[name] not in {claim["text"] for claim in said.values() if claim["place"] == name}:
            yield Finding("claims.json", f"{name} is no claim: {claims[name]}")
    text = page.whole
    for id, claim in said.items():
        if claim["place"] != "subject" and " ".join(claim["text"].split()) not in text:
            yield Finding(f"claim {id}", "is not on the page")


def _sentences(store: FactStore, claims: Mapping[str, Any], page: "_Parser") -> Iterator[Finding]:
    """Each sentence of the page is its claim's, and its words are those of its facts."""
    facts, said = {fact.id: fact for fact in store}, {claim["id"]: claim for claim in claims["claims"]}
    for id, marked in page.sentences:
        pieces = [Piece(text, facts.get(mark or "")) for text, mark in marked]
        text, claim = "".join(piece.text for piece in pieces), said.get(id, {"text": None, "facts": ()})
        if " ".join(text.split()) != " ".join((claim["text"] or "").split()):
            yield Finding("page", f"{text} is not what claim {id} says")
        cited = [facts[fact] for fact in claim["facts"] if fact in facts]
        yield from (Finding(f"claim {id}", what) for what in check(Sentence(store, pieces, cited)))


def _page(store: FactStore, page: "_Parser") -> Iterator[Finding]:
    facts = {fact.id: fact for fact in store}
    for id, text in page.marked:
        if id not in facts:
            yield Finding("page", f"{text} is marked as fact {id}, which does not exist")
        elif text not in renderings([facts[id]]):
            yield Finding("page", f"{text} is not how fact {id} is written")
    yield from _text(store, "page", "\n".join(page.free))
    yield from _text(store, "chart", "\n".join(page.charts), EXACT)


def _text(store: FactStore, where: str, text: str, *digits: int) -> Iterator[Finding]:
    """Words that are not marked, number by number: pictures are drawn exactly, so their texts may be exact too."""
    entities = {part for fact in store for part in fact.entity.split("@")}
    called = {names.venue(name) for name in entities} | {names.dataset(name) for name in entities}
    for number in unmatched(text, renderings(store) | renderings(store, *digits) | entities | called):
        yield Finding(where, f"{number} is no fact")


def _sums(store: FactStore) -> Iterator[Finding]:
    """Long and short make the total in every row; assets and venues make the market."""
    for fact in [fact for fact in store if fact.metric == "total_usd"]:
        stem = fact.id.removesuffix(".total_usd")
        parts = [_number(store, f"{stem}.{side}_usd") for side in ("long", "short")]
        if None not in parts and not _close(sum(part or 0.0 for part in parts), fact.number):
            yield Finding(stem, "long and short do not make the total")
    market = store.number("liquidations_market_daily", "total_usd")
    for mart in ("liquidations_by_asset_daily", "liquidations_by_venue"):
        rows = [fact.number for fact in store if fact.id.startswith(f"{mart}.") and fact.metric == "total_usd"]
        if market is not None and rows and not _close(sum(rows), market):
            yield Finding(mart, "its rows do not make the market's total")


def _number(store: FactStore, id: str) -> float | None:
    return next((fact.number for fact in store if fact.id == id and isinstance(fact.value, int | float)), None)


def _close(a: float, b: float) -> bool:
    return abs(a - b) <= _TOLERANCE * max(1.0, abs(a), abs(b))


def _plain_part(mail: bytes) -> str:
    message = message_from_bytes(mail, policy=policy.default)
    body = message.get_body(("plain",))
    return f"{message['Subject']}\n{body.get_content() if body else ''}"


class _Parser(HTMLParser):
    """Splits a page into numbers marked with `data-fact` and the rest; skips pictures and what is a ledger of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.marked: list[tuple[str, str]] = []
        self.free: list[str] = []
        self.charts: list[str] = []
        self.sentences: list[tuple[str, list[tuple[str, str | None]]]] = []
        self._all: list[str] = []
        self._stack: list[tuple[str, str | None]] = []
        self._claim = 0

    @classmethod
    def of(cls, page: str) -> "_Parser":
        """Read a whole page."""
        parser = cls()
        parser.feed(page)
        return parser

    @property
    def whole(self) -> str:
        """All text, in order, with single spaces."""
        return " ".join("".join(self._all).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            given = dict(attrs)
            self._loose().append(given.get("aria-label") or "")
            role = _LEDGER if "data-ledger" in given else given.get("data-fact")
            self._stack.append((tag, role))
            if "data-claim" in given:
                self._claim = len(self._stack)
                self.sentences.append((given["data-claim"] or "", []))

    def handle_endtag(self, tag: str) -> None:
        while self._stack and self._stack.pop()[0] != tag:
            pass
        if len(self._stack) < self._claim:
            self._claim = 0

    def handle_data(self, data: str) -> None:
        self._all.append(data)
        roles = [role for _, role in self._stack if role]
        if self._claim:
            self.sentences[-1][1].append((data, roles[-1] if roles else None))
        if not data.strip() or _LEDGER in roles or any(tag in _SILENT for tag, _ in self._stack):
            return
        if roles:
            self.marked.append((roles[-1], data))
        else:
            self._loose().append(data)

    def _loose(self) -> list[str]:
        return self.charts if any(tag == "figure" for tag, _ in self._stack) else self.free
