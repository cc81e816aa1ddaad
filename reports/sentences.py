"""What may stand in a sentence beside its numbers: names, sides, directions, levels, ranks and bounds are those of its facts.

What belongs here: rules that hold for every sentence, whatever wrote it. What does not: which sentence a day wants (claims/),
whether a number is written as its fact (lint.py), and the phrases of the house around it (phrases.py).
"""

import re
from collections.abc import Iterator

from reports import names
from reports.expressions import whole
from reports.facts.model import Fact, FactStore
from reports.phrases import counted, in_order, placed, timed
from reports.sentence import Rule, Sentence


def check(sentence: Sentence) -> Iterator[str]:
    """Return what is wrong with a sentence."""
    for rule in _RULES:
        yield from rule(sentence)


def _bound(sentence: Sentence) -> Iterator[str]:
    """Every digit belongs to a fact, and every fact printed is one that the ledger gives the sentence."""
    cited = {fact.id for fact in sentence.facts}
    for piece in sentence.pieces:
        if piece.fact is None and (found := re.search(r"\S*\d\S*", piece.text)):
            yield f"{found[0]} is not bound to a fact"
        elif piece.fact and piece.fact.id not in cited:
            yield f"{piece.text} is fact {piece.fact.id}, which the claim does not cite"


def _named(sentence: Sentence) -> Iterator[str]:
    """Assets and venues that are named are those of the facts, and each number stands by its own."""
    for known in _vocabularies(sentence.store):
        spoken = [(at, known[word]) for at, word in _spoken(sentence, known)]
        said = {
            word
            for fact in sentence.facts
            for word in (*fact.entity.split("@"), str(fact.value), *re.findall(r"[\w.]+", str(fact.value)))
        }
        for _, name in spoken:
            if not said & {name, names.venue(name).split()[0]}:
                yield f"names {name}, of which no fact of it is"
        for at, fact in [(at, fact) for at, fact in sentence.marks if fact.unit != "name"]:
            own = [part for part in fact.entity.split("@") if part in known.values()]
            near = [name for place, name in spoken if place <= at][-1:] or [name for _, name in spoken][:1]
            if own and near and near[0] not in own:
                yield f"{sentence.pieces[at].text} of {own[0]} stands by the name {near[0]}"


def _vocabularies(store: FactStore) -> Iterator[dict[str, str]]:
    """Assets, then venues, by the name that prose has for them."""
    yield {str(fact.value): str(fact.value) for fact in store if fact.metric == "asset"}
    yield {names.venue(str(fact.value)): str(fact.value) for fact in store if fact.metric == "venue"}


def _spoken(sentence: Sentence, known: dict[str, str]) -> Iterator[tuple[int, str]]:
    for at, piece in enumerate(sentence.pieces):
        if piece.fact and piece.text in known:
            yield at, piece.text
        elif piece.fact is None or piece.fact.unit == "name":
            words = re.findall(r"[\w.]*\w(?: Metrics)?", piece.text)
            yield from ((at, word) for word in words if word in known and word not in _ALSO_WORDS)


_ALSO_WORDS = ("A", "I", "USD", "UTC", "Of", "On", "In")
"""Names of assets that are words of any sentence too: only a mark says that the asset is meant."""


def _sided(sentence: Sentence) -> Iterator[str]:
    """A number called long or short is of that side."""
    for at, fact in sentence.marks:
        if fact.unit not in ("usd", "fraction"):
            continue
        after = re.match(r"(?: of it| of)? (long|short)s?\b(?! share)", sentence.after(at))
        before = re.search(r"\b(long|short)(?:s|s of| share of)? $", sentence.before(at), re.IGNORECASE)
        if (found := after or before) and not re.search(rf"\b{found[1].lower()}_", fact.metric):
            yield f"{sentence.pieces[at].text} is called {found[1]}, and is {fact.id}"


_FALLS = r"\b(?:fell|lost|down|dropped|slipped)\b"
_RISES = r"\b(?:rose|gained|up|climbed|went up)\b"
_SIGNED = re.compile(r"change|return_pct|drawdown|open_to_low|_move|price_move")


def _directed(sentence: Sentence) -> Iterator[str]:
    """A verb before a number, or a comparison after it, goes the way that the number went."""
    for at, fact in sentence.marks:
        sign = _sign(sentence.store, fact)
        if not sign:
            continue
        tail = re.split(r"[;:.]", sentence.before(at))[-1]
        verb = [*re.finditer(f"{_FALLS}|{_RISES}", tail)][-1:]
        if verb and (not re.fullmatch("up|down", verb[0][0]) or tail.endswith(f"{verb[0][0]} ")):
            yield from _against(sentence, at, sign, verb[0][0], bool(re.fullmatch(_FALLS, verb[0][0])))
        after = re.match(r" (?:or $|(lower|higher|under|over|below|above) (?:than |the |it))", sentence.after(at))
        if after and after[1]:
            yield from _against(sentence, at, sign, after[1], after[1] in ("lower", "under", "below"))
        if beyond := re.search(
            r"\b(below|above) it\b|\bclose (under|over) $", sentence.after(at) + "|" + sentence.before(at)
        ):
            word = beyond[1] or beyond[2]
            yield from _against(sentence, at, sign, word, word in ("below", "under"))


def _against(sentence: Sentence, at: int, sign: int, word: str, falls: bool) -> Iterator[str]:
    if falls != (sign < 0):
        yield f"says {word} of {sentence.pieces[at].text}, which went the other way"


def _sign(store: FactStore, fact: Fact) -> int:
    """-1, 0 or 1: the way that a change went, that a price or a close was reached, or that a level was broken."""
    if fact.unit == "usd_price":
        for word, sign in (("low", -1), ("high", 1)):
            if fact.metric.startswith(f"{word}_"):
                return sign
        if fact.metric == "close_usd":
            return _way(store.number("prices", *fact.entity.split("@", 1), "change"))
        return {"support": -1, "resistance": 1}.get(str(_of_level(store, fact, "side")), 0)
    if fact.metric == "close_cap_usd":
        return _way(store.number(*fact.id.split(".")[:2], "change_usd"))
    if _SIGNED.search(fact.metric) and isinstance(fact.value, int | float):
        return _way(fact.value)
    return 0


def _way(change: float | None) -> int:
    return ((change or 0) > 0) - ((change or 0) < 0)


def _of_level(store: FactStore, fact: Fact, column: str) -> object:
    is_level = fact.model == "marts.level_breaks" and fact.metric == "level_usd" and "@" in fact.entity
    return store.value("level_breaks", *fact.entity.split("@", 1), column) if is_level else None


_HOW = {
    "touch": r"\btouched\b.* without an hourly close beyond it", "hourly_close": r"with an hourly close (below|above) it",
    "daily_close": r"closed the day (below|above) it",
}  # fmt: skip


def _broken(sentence: Sentence) -> Iterator[str]:
    """A break that is told with its time is told as it was: touched, by the hour or by the day, won back or not."""
    if not any(fact.metric == "broke_at" for _, fact in sentence.marks):
        return
    for _, fact in sentence.marks:
        kind, side = (_of_level(sentence.store, fact, column) for column in ("break_kind", "side"))
        told = re.search(_HOW.get(str(kind), ""), sentence.words)
        if told is None:
            yield f"does not tell a break by {kind} as one"
        elif told.groups() and side in _BEYOND and told[1] != _BEYOND[str(side)]:
            yield f"says {told[1]} of a {side} that was broken"
        back = re.search(r"\b(won|gave) it back\b", sentence.words)
        if kind and back and _of_level(sentence.store, fact, "reclaimed") is not True:
            yield f"says {back[0]} of a level that was not"
        if back and side in _BACK and back[1] != _BACK[str(side)]:
            yield f"says {back[0]} of a {side}"


_BEYOND = {"support": "below", "resistance": "above"}
_BACK = {"support": "won", "resistance": "gave"}


_PLACES = {
    r"largest|[Mm]ost|led|best": 0, r"second largest|followed|ahead of": 1, r"smallest|[Ll]east|worst|trailed": -1,
}  # fmt: skip


def _footed(sentence: Sentence) -> Iterator[str]:
    """Footing is found where the mart found it, and prices and liquidations that took turns are those of the side liquidated."""
    for fact in sentence.facts:
        if fact.metric == "found_footing" and bool(fact.value) is not (
            "then found footing" in sentence.words and "without a new low" in sentence.words
        ):
            yield "tells footing otherwise than it was"
        if fact.metric == "n_alternations":
            side = str(sentence.store.value("wave_feedback", fact.entity, "liquidated_side"))
            told = re.search(r"\b(lower|higher) prices\b.* liquidations of (long|short)s took turns", sentence.words)
            if not told or told.groups() != ("lower" if side == "long" else "higher", side):
                yield f"tells turns of {side}s otherwise than they were"
        if fact.metric == "beyond_share":
            side = str(sentence.store.value("level_breaks", *fact.entity.split("@", 1), "side"))
            told = re.search(
                r"\bOf the (longs|shorts)\b.* (under|above) \S+ .*that (support|resistance)\b", sentence.words
            )
            if not told or told.groups() != (("longs", "under") if side == "support" else ("shorts", "above")) + (
                side,
            ):
                yield f"tells a {side} otherwise than it was"


def _ranked(sentence: Sentence) -> Iterator[str]:
    """A superlative, or the one after it, is true of the number it is said of among its like."""
    any_of = "|".join(sorted(_PLACES, key=len, reverse=True))
    said: re.Match[str] | None = None
    for at, piece in enumerate(sentence.pieces):
        if piece.fact is None:
            said = [said, *re.finditer(rf"(?<![Aa]t )\b(?:{any_of})\b(?! of it)", piece.text)][-1]
        elif said and piece.fact.unit == ("fraction" if said[0] in ("best", "worst") else "usd"):
            place = next(place for words, place in _PLACES.items() if re.fullmatch(words, said[0]))
            peers = _peers(sentence.store, piece.fact)
            if place >= len(peers) or peers[place] != piece.fact.number:
                yield f"says {said[0]} of {sentence.pieces[at].text}, which it is not"
            said = None


def _peers(store: FactStore, fact: Fact) -> list[float]:
    """The same figure of every other row, largest first; stablecoins are told apart wherever they are told."""
    alike = [other for other in store if other.metric == fact.metric and other.unit == fact.unit]
    mart = [other for other in alike if other.id.split(".")[0] == fact.id.split(".")[0]]
    stable = {other.entity for other in store if other.metric == "is_stable" and other.value}
    if len(mart) > 1:
        return sorted((other.number for other in mart if other.entity not in stable), reverse=True)
    return sorted({other.number for other in alike}, reverse=True)


_TOTAL = "liquidations_market_daily.total_usd"


def _bounded(sentence: Sentence) -> Iterator[str]:
    """A total of liquidations is a lower bound, and only such is one."""
    for at, fact in sentence.marks:
        bound = re.search(r"\b(?:at least|no less than|more than) $", sentence.before(at), re.IGNORECASE) or re.match(
            " or more", sentence.after(at)
        )
        if fact.id == _TOTAL and not bound:
            yield f"{sentence.pieces[at].text} is not said to be a lower bound"
        if bound and fact.unit == "usd" and fact.id != _TOTAL:
            yield f"{sentence.pieces[at].text} is said to be a lower bound of the total, and is {fact.id}"
        claimed = re.search(r"(?<!no )\b(more than|less than|nearly|almost) $", sentence.before(at), re.IGNORECASE)
        if claimed and fact.unit in ("usd", "fraction"):
            yield from _rounded(claimed[1].lower(), sentence.pieces[at].text, abs(fact.number))


_SIZES = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12, "%": 0.01, "": 1.0}


def _rounded(claimed: str, text: str, value: float) -> Iterator[str]:
    """`More than` only if true and within a tenth, `nearly` within three hundredths under."""
    number = re.fullmatch(r"[−+]?\$?([\d.,]+)([KMBT%]?)", text)
    if number:
        printed = float(number[1].replace(",", "")) * _SIZES[number[2]]
        is_over = printed < value <= 1.1 * printed
        is_under = 0.97 * printed <= value < printed
        if not (is_over if claimed == "more than" else is_under if claimed in ("nearly", "almost") else False):
            yield f"says {claimed} {text}"


_RULES: tuple[Rule, ...] = (
    _bound, _named, _sided, _directed, _broken, _footed, _ranked, _bounded, in_order, placed, counted, timed, whole,
)  # fmt: skip
