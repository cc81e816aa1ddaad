"""Holds the final text against the facts: they are judged and rendered anew, and every number must be one of them.

What belongs here: what is wrong in the texts of a recap as they lie on disk. What does not: whether the facts are true (verify/).
Rendering anew finds whatever is not what claims and templates make of the facts; the rules about words find a claim or a
template that is wrong itself.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any

from reports import causes, names
from reports.facts.model import EXACT, Fact, FactStore
from reports.files import Files
from reports.mailed import parts, reworded
from reports.numbers import FORMATS, OF_UNIT
from reports.reading import Reading
from reports.replay import replayed
from reports.rows import misplaced
from reports.sentence import Piece, Sentence
from reports.sentences import check
from reports.sheets import misled

_FALLS = ("fell", "lost", "lower", "down")
_RISES = ("rose", "gained", "higher", "up")
_TOLERANCE = 1e-9


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


def lint(store: FactStore, files: Files) -> list[Finding]:
    """Return what is wrong with the texts of one recap; its files by path."""
    anew = (
        Finding(told.where, f"{told.said}, where the facts make it {told.found}") for told in replayed(store, files)
    )
    return [
        *anew,
        *lint_words(store, json.loads(files["claims.json"]), files["index.html"].decode(), files["email.eml"]),
    ]


def lint_words(store: FactStore, claims: Mapping[str, Any], page: str, mail: bytes) -> list[Finding]:
    """Return what the words have wrong whoever made them: `claims` is claims.json, `mail` the bytes of email.eml."""
    parsed = Reading.of(page)
    allowed = _Allowed.of(store)
    return [
        *_sums(store),
        *(finding for claim in claims["claims"] if claim["text"] for finding in _claim(store, claim)),
        *_ledger(claims, parsed),
        *_sentences(store, claims, parsed),
        *_page(store, parsed, allowed),
        *(Finding("table", what) for what in misplaced(store, parsed.tables)),
        *(Finding("page", what) for sheet in parsed.sheets for what in misled(store, sheet)),
        *_mail(claims, parsed, mail, allowed),
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
    for word in causes.stated(text):
        yield Finding(where, f"states a cause: {word}")
    if claim["grade"] == "X":
        return  # someone else's words, printed as they are; that they are those of the file is checked as a fact
    for number in unmatched(text, renderings(facts)):
        yield Finding(where, f"{number} is none of its facts")
    yield from _verbs(facts, text, where)
    for part, whole in re.findall(r"\b(\d+) of (?:the )?(\d+)\b", text):
        if int(part) > int(whole):
            yield Finding(where, f"says {part} of {whole}")
    for share, side in re.findall(r"([\d.]+%) (long|short)s?\b(?! share)", text):
        if not any(share in renderings([fact]) for fact in facts if fact.metric == f"{side}_share"):
            yield Finding(where, f"{share} is no share of {side}s")


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


def _ledger(claims: Mapping[str, Any], page: Reading) -> Iterator[Finding]:
    """Headline and subject are claims, and the page says every claim in the ledger's words."""
    said = {claim["id"]: claim for claim in claims["claims"] if claim["text"]}
    for name in ("headline", "subject"):
        if claims[name] not in {claim["text"] for claim in said.values() if claim["place"] == name}:
            yield Finding("claims.json", f"{name} is no claim: {claims[name]}")
    text = page.whole
    for id, claim in said.items():
        if claim["place"] != "subject" and " ".join(claim["text"].split()) not in text:
            yield Finding(f"claim {id}", "is not on the page")
    for claim in (claim for claim in claims["claims"] if not claim["text"]):
        reason = f"{claim['id']}: {claim['gate']['reason']}"
        if f" {claim['id']}: " in text and f" {' '.join(reason.split())}" not in text:
            yield Finding(f"claim {claim['id']}", "is not said for another reason than the page has")


def _sentences(store: FactStore, claims: Mapping[str, Any], page: Reading) -> Iterator[Finding]:
    """Each sentence of the page is its claim's, and its words are those of its facts."""
    facts, said = {fact.id: fact for fact in store}, {claim["id"]: claim for claim in claims["claims"]}
    for id, marked in page.sentences:
        pieces = [Piece(text, facts.get(mark or "")) for text, mark in marked]
        text, claim = "".join(piece.text for piece in pieces), said.get(id, {"text": None, "facts": ()})
        if " ".join(text.split()) != " ".join((claim["text"] or "").split()):
            yield Finding("page", f"{text} is not what claim {id} says")
        cited = [facts[fact] for fact in claim["facts"] if fact in facts]
        yield from (Finding(f"claim {id}", what) for what in check(Sentence(store, pieces, cited)))


def _page(store: FactStore, page: Reading, allowed: "_Allowed") -> Iterator[Finding]:
    facts = {fact.id: fact for fact in store}
    for id, text in page.marked:
        if id not in facts:
            yield Finding("page", f"{text} is marked as fact {id}, which does not exist")
        elif text not in renderings([facts[id]]):
            yield Finding("page", f"{text} is not how fact {id} is written")
    yield from _text("page", "\n".join(page.free), allowed.covered)
    yield from _text("chart", "\n".join(page.charts), allowed.exactly)


def _text(where: str, text: str, allowed: Iterable[str]) -> Iterator[Finding]:
    """Words that are not marked, number by number."""
    for number in unmatched(text, allowed):
        yield Finding(where, f"{number} is no fact")


@dataclass(frozen=True, slots=True)
class _Allowed:
    """What may stand in words that are not marked."""

    covered: frozenset[str]
    """Every fact as its coverage allows, and every name."""
    exactly: frozenset[str]
    """The same with exact numbers too: pictures are drawn exactly."""

    @classmethod
    def of(cls, store: FactStore) -> "_Allowed":
        entities = {part for fact in store for part in fact.entity.split("@")}
        called = {names.venue(name) for name in entities} | {names.dataset(name) for name in entities}
        covered = frozenset(renderings(store) | entities | called)
        return cls(covered, covered | renderings((fact for fact in store if fact.digits != EXACT), EXACT))


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


def _mail(claims: Mapping[str, Any], page: Reading, mail: bytes, allowed: "_Allowed") -> Iterator[Finding]:
    """The subject is the claim, numbers are facts, and sentences are those of ledger and page."""
    message = message_from_bytes(mail, policy=policy.default)
    mailed = parts(message)
    said = [{**claim, "text": " ".join(claim["text"].split())} for claim in claims["claims"] if claim["text"]]
    head, _, tail = str(message["Subject"]).removeprefix("Simulated: ").rpartition(" · ")
    if not (claims["subject"].startswith(head) and claims["subject"].endswith(tail)):
        yield Finding("mail", f"its subject is no claim: {message['Subject']}")
    for text in (str(message["Subject"]), *mailed.values()):
        yield from _text("mail", text, allowed.exactly)
    yield from (
        Finding("mail", what) for what in reworded(said, [" ".join(text.split()) for text in page.findings], mailed)
    )
