"""One thing changed at a time in a recap as it lies on disk, and whether the linter or the verifier sees it.

`python -m tests.reports.mutations [HOME DAY…]` changes everything in turn (of the hand-made days, or of days of a home) and
prints caught and total per kind; test_mutations.py does the same with a fixed sample.
"""

import json
import quopri
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import duckdb

from reports import names
from reports.claims import Ledger, judge
from reports.claims.model import Figure
from reports.facts.export import load
from reports.facts.model import Fact, FactStore, Value
from reports.files import pictures, read, render_files
from reports.lint import lint_words
from reports.recap import write_recap
from reports.replay import Replay
from reports.verify.derived import derived
from reports.verify.marts import agrees, reread
from tests.reports.published import DAY, MARKETS

SEED = 20260131
_OPPOSITES = (
    ("−", "+"), ("fell", "rose"), ("down", "up"), ("lower", "higher"), ("lost", "gained"), ("below", "above"), ("under", "over"),
    ("at least", "more than"), ("nearly", "more than"), ("no less than", "less than"), ("or more", "or less"), ("long", "short"),
    ("longs", "shorts"), ("ahead of", "behind"), ("before", "after"), ("found", "lost"), ("All", "None"), ("all", "none of"),
    ("open", "close"), ("opened", "closed"), ("from", "to"), ("without", "with"), ("quiet", "loud"), ("support", "resistance"),
    ("hourly", "daily"), ("high", "low"), ("partial", "complete"),
)  # fmt: skip
_RANKS = {
    "largest": "second largest", "second": "third", "third": "fourth", "most": "least", "Most": "Least", "busiest": "quietest",
    "worst": "best", "best": "worst", "led": "trailed", "deepest": "shallowest", "first": "last", "last": "first", "none": "all",
    "half": "twice", "single": "second", "lowest": "highest", "median": "mean",
}  # fmt: skip
_WINDOWS = {
    "UTC day": "week", "UTC": "local time", "hours": "minutes", "hour": "day", "eight hours": "four hours", "days": "weeks",
    "close to close": "open to close", "Open to low": "Open to close", "peak to trough": "open to low", "Close to close": "Close to low",
    "minutes": "hours", "year": "month", "day": "hour", "January": "February", "Jan": "Feb", "cut-off": "start", "peak": "open",
    "trough": "close", "start": "end",
}  # fmt: skip


@dataclass(frozen=True)
class Mutation:
    """A kind, where it stands, and the file as it is then."""

    kind: str
    file: str
    what: str
    changed: Callable[[], str] = field(repr=False)
    """Puts the file together; thousands of whole pages at once would fill the memory."""

    @property
    def content(self) -> str:
        return self.changed()


@dataclass
class Recap:
    """A recap on disk with the database that it was written from."""

    published: Path
    folder: Path
    day: date
    store: FactStore = field(init=False)
    files: dict[str, bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.store, self.files = load(self.folder / "facts.json"), read(self.folder)

    @cached_property
    def replay(self) -> Replay:
        return self._replay(self.files)

    def _replay(self, files: Mapping[str, bytes]) -> Replay:
        return Replay(self.store, pictures(files))

    def text(self, name: str) -> str:
        return self.files[name].decode()

    def mutations(self) -> Iterator[Mutation]:
        """Every single change of a word or number in page, mail, ledger and pictures."""
        changes = _changes(self.store)
        drawn = [(name, _of_html) for name in self.files if name.endswith(".svg")]
        for name, spans in (("index.html", _of_html), ("claims.json", _of_claims), *drawn):
            text = self.text(name)
            yield from _mutated(name, text, spans(text), changes, str)
        eml = self.text("email.eml")
        for part in re.finditer(r"(?s)(?<=quoted-printable\r\n\r\n).*?(?=\r\n--=_tidemark)", eml):
            body = quopri.decodestring(part[0].encode()).decode()
            is_html = body.lstrip().lower().startswith("<!doctype")
            spans = _of_html(body) if is_html else [(0, len(body))]
            rebuilt = _rebuild(eml, part.span())
            yield from _mutated("email.eml html" if is_html else "email.eml text", body, spans, changes, rebuilt)
        subject = re.search(r"(?m)^Subject: (.*(?:\r\n .*)*)", eml)
        assert subject
        words = re.compile(r"(?:(?!=\?).)+|=\?.*?\?=", re.DOTALL).finditer(eml, *subject.span(1))
        plain = [word.span() for word in words if not word[0].startswith("=?")]
        yield from _mutated("email.eml subject", eml, plain, changes, str)

    def is_linted(self, mutation: Mutation) -> bool:
        """Whether the linter sees it: as other than the facts and pictures make it, or as wrong in its words."""
        name = mutation.file.split()[0]
        files = {**self.files, name: mutation.content.encode()}
        # Page and mail are made of the other files, which are the same then: they need not be made for each change.
        is_source = name == "claims.json" or name.startswith("charts/")
        compared = self._replay(files) if is_source else self.replay
        at = compared.names if is_source else [name]
        return not all(compared.holds(place, files[place]) for place in at) or bool(self.worded(files))

    def worded(self, files: Mapping[str, bytes]) -> list[Any]:
        """What the rules about words find."""
        return lint_words(
            self.store, json.loads(files["claims.json"]), files["index.html"].decode(), files["email.eml"]
        )


def _rebuild(eml: str, at: tuple[int, int]) -> Callable[[str], str]:
    return lambda body: eml[: at[0]] + quopri.encodestring(body.encode()).decode().replace("\n", "\r\n") + eml[at[1] :]


def _of_html(text: str) -> list[tuple[int, int]]:
    """Places of text and of the words that stand in for pictures; style sheets and comments are no text."""
    hidden = [found.span() for found in re.finditer(r"(?s)<style.*?</style>|<!--.*?-->", text)]
    found = [*re.finditer(r"(?<=>)[^<>]+(?=<)", text), *re.finditer(r'(?<=(?:bel|alt)=")[^"]+(?=")', text)]
    spans = [match.span() for match in found if match[0].strip()]
    return [span for span in spans if not any(start <= span[0] < end for start, end in hidden)]


def _of_claims(text: str) -> list[tuple[int, int]]:
    return [
        match.span(1)
        for match in re.finditer(r'"(?:text|headline|subject|title|finding|caption)": "((?:[^"\\]|\\.)*)"', text)
    ]


_NUMBER = re.compile(r"(?<![#\w:.,])\d[\d,.]*(?![\w:])|(?<![#\w:.,])\d[\d,.]*(?=[KMBTh]\b)")


@dataclass(frozen=True)
class Change:
    kind: str
    pattern: re.Pattern[str]
    to: Callable[[re.Match[str]], str]


def _changes(store: FactStore) -> list[Change]:
    assets = sorted({fact.entity.split("@")[0] for fact in store if fact.metric == "asset"} | {"BTC", "ETH"})
    venues = sorted({names.venue(str(fact.value)) for fact in store if fact.metric == "venue"} | {"Binance", "OKX"})
    signs = {**dict(_OPPOSITES), **{b: a for a, b in reversed(_OPPOSITES)}}
    return [
        Change("number", _NUMBER, lambda found: _bumped(found[0])),
        Change("magnitude", re.compile(r"(?<=\d)[KMBT]\b"), lambda found: {"K": "M", "M": "B", "B": "M", "T": "B"}[found[0]]),
        Change("place in a row", re.compile(r"\b\d+(?:st|nd|rd|th)\b"), lambda found: f"{int(found[0][:-2]) + 1}th"),
        Change("time", re.compile(r"\b\d\d:\d\d\b"), lambda found: f"{(int(found[0][:2]) + 1) % 25:02d}{found[0][2:]}"),
        Change("hash", re.compile(r"\b[0-9a-f]{64}\b"), lambda found: _bumped(found[0])),
        _words("sign", signs), _words("asset", dict(zip(assets, assets[1:] + assets[:1], strict=True))),
        _words("venue", dict(zip(venues, venues[1:] + venues[:1], strict=True))), _words("rank", _RANKS), _words("window", _WINDOWS),
    ]  # fmt: skip


def _bumped(number: str) -> str:
    """The same with its last digit one more."""
    at = max(place for place, character in enumerate(number) if character.isdigit())
    return f"{number[:at]}{(int(number[at]) + 1) % 10}{number[at + 1 :]}"


def _words(kind: str, to: Mapping[str, str]) -> Change:
    any_of = "|".join(re.escape(word) for word in sorted(to, key=len, reverse=True) if word.isascii() and word != "+")
    signs = r"|[−+](?=\$?\d)" if "−" in to else ""
    return Change(kind, re.compile(rf"(?<![\w-])(?:{any_of})(?![\w-]){signs}"), lambda found: to[found[0]])


def _mutated(
    file: str, text: str, spans: Iterable[tuple[int, int]], changes: Iterable[Change], whole: Callable[[str], str]
) -> Iterator[Mutation]:
    for start, end in spans:
        for change in changes:
            for found in change.pattern.finditer(text, start, end):
                to = change.to(found)
                around = " ".join(text[max(start, found.start() - 30) : found.end() + 30].split())
                content = partial(_put, whole, text, found.span(), to)
                yield Mutation(change.kind, file, f"{found[0]} -> {to} in {around}", content)


def _put(whole: Callable[[str], str], text: str, at: tuple[int, int], to: str) -> str:
    return whole(text[: at[0]] + to + text[at[1] :])


def forged_facts(store: FactStore) -> Iterator[Fact]:
    """Every fact with another value."""
    for fact in store:
        yield replace(fact, value=_other(fact.value))
        if isinstance(fact.value, float) and fact.value:
            yield replace(fact, value=-fact.value)


def _other(value: Value) -> Value:
    if isinstance(value, bool):
        return not value
    if isinstance(value, datetime):
        return value + timedelta(minutes=1)
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, int):
        return value + 1
    return value * 1.001 + 1e-7 if isinstance(value, float) else f"{value}X"


def is_derived_otherwise(db: duckdb.DuckDBPyConnection, store: FactStore, fact: Fact) -> bool:
    """Whether the verifier's own SQL finds another value for a forged fact."""
    alone = FactStore(store.day, [fact], store.files)
    return any(not agrees(check.said, check.found) for check in (*reread(db, alone), *derived(db, alone)))


def misworded(ledger: Ledger, store: FactStore) -> Iterator[tuple[str, str, Ledger]]:
    """The ledger with one word of a sentence changed, or two of its numbers of one unit exchanged, as a wrong claim would."""
    changes = _changes(store)
    for at, claim in enumerate(ledger.claims):
        for kind, what, parts in _variants(claim.parts, changes):
            claims = (*ledger.claims[:at], replace(claim, parts=parts), *ledger.claims[at + 1 :])
            yield kind, f"{claim.id}: {what}", replace(ledger, claims=claims)


Parts = tuple[str | Figure, ...]


def _variants(parts: Parts, changes: Sequence[Change]) -> Iterator[tuple[str, str, Parts]]:
    for at, part in enumerate(parts):
        if isinstance(part, str):
            for change in changes:
                for found in change.pattern.finditer(part):
                    text = part[: found.start()] + change.to(found) + part[found.end() :]
                    yield (
                        change.kind,
                        f"{found[0]} -> {change.to(found)} in {part}",
                        (*parts[:at], text, *parts[at + 1 :]),
                    )
        else:
            for other in range(at + 1, len(parts)):
                swapped = parts[other]
                if isinstance(swapped, Figure) and swapped.format == part.format and swapped.text != part.text:
                    exchanged = (*parts[:at], swapped, *parts[at + 1 : other], part, *parts[other + 1 :])
                    yield "exchange", f"{part.fact.id} and {swapped.fact.id}", exchanged


def hand_made(folder: Path, name: str) -> Recap:
    """A recap of one of the hand-made days."""
    published = MARKETS[name].write(folder / name / "tidemark.duckdb")
    return Recap(published, write_recap(published, folder / name / "recaps", DAY).folder, DAY)


@dataclass
class Tally:
    """Caught and total per kind, with what was missed."""

    caught: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    def count(self, kind: str, caught: bool, what: str) -> None:
        self.total[kind] += 1
        self.caught[kind] += caught
        if not caught:
            self.missed.append(f"{kind}: {what}")

    def add(self, other: "Tally") -> None:
        self.caught += other.caught
        self.total += other.total
        self.missed += other.missed

    def __str__(self) -> str:
        lines = [f"  {kind:<16} {self.caught[kind]:>7,} of {n:>7,}" for kind, n in sorted(self.total.items())]
        return "\n".join([*lines, f"  {'all':<16} {self.caught.total():>7,} of {self.total.total():>7,}"])


def texts(recap: Recap, share: int = 1) -> Tally:
    """Change every `share`-th word or number of the files: what the linter catches."""
    tally = Tally()
    found = list(recap.mutations())
    for mutation in random.Random(SEED).sample(found, len(found) // share):
        tally.count(mutation.kind, recap.is_linted(mutation), f"{mutation.file}: {mutation.what}")
    return tally


def facts(recap: Recap, share: int = 1) -> Tally:
    """Change every `share`-th value in facts.json, the texts following it: what the verifier's own SQL catches."""
    tally = Tally()
    found = list(forged_facts(recap.store))
    with duckdb.connect(str(recap.published), read_only=True, config={"threads": 1}) as db:
        for fact in random.Random(SEED).sample(found, len(found) // share):
            tally.count("fact", is_derived_otherwise(db, recap.store, fact), f"{fact.id} {fact.value}")
    return tally


def wordings(recap: Recap, share: int = 1) -> Tally:
    """Change words and places of numbers in ledger, page and mail together, as a wrong claim would: what the rules about words catch."""
    tally = Tally()
    found = list(misworded(judge(recap.store), recap.store))
    for kind, what, ledger in random.Random(SEED).sample(found, len(found) // share):
        tally.count(kind, bool(recap.worded(render_files(recap.store, ledger, ()))), what)
    return tally


def _whole(given: tuple[Path, Path, date]) -> tuple[str, tuple[Tally, ...]]:
    recap = Recap(*given)
    return f"{given[1]}", (texts(recap), facts(recap), wordings(recap))


_TITLES = (
    "texts on disk, by the linter", "facts.json, texts following, by the verifier's SQL alone",
    "wrong sentences, by the linter's rules about words alone",
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Change everything in turn."""
    # Spawned: a fork would inherit the locks of DuckDB's threads.
    with tempfile.TemporaryDirectory() as scratch, ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        if arguments:
            published = Path(arguments[0]) / "published" / "tidemark.duckdb"
            days = [date.fromisoformat(day) for day in arguments[1:]]
            given = [(published, write_recap(published, Path(scratch), day).folder, day) for day in days]
        else:
            made = (hand_made(Path(scratch), name) for name in MARKETS)
            given = [(recap.published, recap.folder, DAY) for recap in made]
        totals = [Tally() for _ in _TITLES]
        for name, tallies in pool.map(_whole, given):
            print(name, [f"{tally.caught.total()} of {tally.total.total()}" for tally in tallies], flush=True)
            for total, tally in zip(totals, tallies, strict=True):
                total.add(tally)
    for title, total in zip(_TITLES, totals, strict=True):
        print(f"{title}\n{total}")
        print(*(f"  missed: {what}" for what in total.missed[:400]), sep="\n")
    return int(bool(totals[0].missed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
