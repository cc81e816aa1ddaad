"""What may stand in a sentence beside its numbers: names, sides, directions, ranks, windows and times are those of its facts.

What belongs here: rules that hold for every sentence, whatever wrote it. What does not: which sentence a day wants (claims/),
and whether a number is written as its fact (lint.py). A sentence comes in pieces, as the page marks them: words, and numbers
with their facts.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from reports import names
from reports.facts.model import Fact, FactStore


@dataclass(frozen=True, slots=True)
class Piece:
    """Words, or a fact as printed."""

    text: str
    fact: Fact | None = None


@dataclass(frozen=True)
class Sentence:
    """A claim as it stands on the page; `facts` are those that the ledger gives it."""

    store: FactStore
    pieces: Sequence[Piece]
    facts: Sequence[Fact]

    @cached_property
    def marks(self) -> list[tuple[int, Fact]]:
        """The facts printed, with their places among the pieces."""
        return [(at, piece.fact) for at, piece in enumerate(self.pieces) if piece.fact]

    @cached_property
    def words(self) -> str:
        """All that is no number, numbers as gaps."""
        return "".join(piece.text if piece.fact is None else "#" for piece in self.pieces)

    def before(self, at: int) -> str:
        """The words right before a mark."""
        return self.pieces[at - 1].text if at and self.pieces[at - 1].fact is None else ""

    def after(self, at: int) -> str:
        """The words right after a mark."""
        return self.pieces[at + 1].text if at + 1 < len(self.pieces) and self.pieces[at + 1].fact is None else ""

    def following(self, at: int) -> str:
        """All text after a mark."""
        return "".join(piece.text for piece in self.pieces[at + 1 :])


Rule = Callable[[Sentence], Iterator[str]]


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
    """-1, 0 or 1: the way that a change went, that a price was reached, or that a level was broken."""
    if fact.unit == "usd_price":
        for word, sign in (("low", -1), ("high", 1)):
            if fact.metric.startswith(f"{word}_"):
                return sign
        return {"support": -1, "resistance": 1}.get(str(_of_level(store, fact, "side")), 0)
    if _SIGNED.search(fact.metric) and isinstance(fact.value, int | float):
        return (fact.value > 0) - (fact.value < 0)
    return 0


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
            if told and told.groups() != (("longs", "under") if side == "support" else ("shorts", "above")) + (side,):
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


_STATES = {"open": 0, "started": 0, "peak": 0, "before": 0, "close": 1, "ended": 1, "trough": 1, "after": 1}
_CALLED = (
    (r"\bopened (?:the day )?at $", "open(?!_to)"), (r"\bclos(?:ed|ing) (?:the day )?at $|\bended [a-z ]*at $", "close"),
    (r"\bfell to $", "(?<!to_)low|close"), (r"\b(?:as low as|low of|low of the day was|its low) $", "(?<!to_)low"),
    (r"\brose to $", "high|close"),
    (r"\bas high as $", "high"), (r"\bfell from $", "open|high|peak"), (r"\brose from $", "open|low"),
    (r"\bbetween $", "low|start|peak|day"), (r"\bfrom its peak at $", "peak"), (r"\btrough at $", "trough"),
    (r"\blast support broken, $|\bclose under $", "^level_usd"), (r"\bwould leave $", "^next_level_usd"),
)  # fmt: skip
_STANDS = (
    ("", r"^ kept\b", r"files\.rows_kept"), ("", r"^ rows of the day\b", r"files\.rows_in"), (r"\bthe other $", "", r".*\.hours_unseen"),
    ("", r"^'s? aggregate\b", r".*\.aggregators\.names"), (r"\bagainst $", "", r".*\.(?:expected_pct|short_usd)"),
    (r"\bwithin $", r"^ (?:under|above) ", r"window\.near_level"), (r"\ba width of $", "", r".*\.range_width_pct"),
    (r"\b(?:on the way toward) $", "", r".*\.next_level_usd"), (r"\b(?:fell|rose) through $", "", r".*\.level_usd"),
    (r"\bhigher than on $|\bat or above its level on $", "", r".*percentile\w*"),
    (r"\bwas $", r"^, (?:higher|the highest)", r".*realised_volatility"),
)  # fmt: skip
"""What stands between such words, by the fact's id."""


def _in_order(sentence: Sentence) -> Iterator[str]:
    """What is first comes first: from open to close, between low and high, a part of its whole."""
    for (at, fact), (then, other) in zip(sentence.marks, sentence.marks[1:], strict=False):
        words = sentence.pieces[at + 1].text if then == at + 2 else ""
        lead = sentence.before(at)
        if re.search(r"(?:\bfrom |\() *$", lead) and words == " to ":
            yield from _apart(sentence, at, then, _state(fact) <= _state(other) and _is_earlier(fact, other))
        if fact.unit == other.unit and any(lead.endswith(word) and words == word for word in (" from ", " to ")):
            yield f"says{words}twice of {sentence.pieces[at].text} and {sentence.pieces[then].text}"
        if words == " after " and fact.unit == other.unit:
            yield from _apart(sentence, at, then, _state(fact) >= _state(other))
        if re.search(r"\b(?:between|both sides are) $", lead) and words == " and " and fact.unit == "usd_price":
            yield from _apart(sentence, at, then, fact.number <= other.number)
        if words in (" of ", " of the ") and fact.unit == other.unit == "count":
            yield from _apart(sentence, at, then, fact.number <= other.number)
        if re.search(r"\bOf (?:the )?$", lead) and fact.unit == other.unit == "count":
            yield from _apart(sentence, then, at, other.number <= fact.number)
    for at, fact in sentence.marks:
        for words, metric in _CALLED:
            if (
                fact.unit in ("usd", "usd_price")
                and re.search(words, sentence.before(at))
                and not re.search(metric, fact.metric)
            ):
                yield f"{sentence.pieces[at].text} is called as a {metric}, and is {fact.id}"
        for before, after, ids in _STANDS:
            is_there = re.search(before, sentence.before(at)) and re.search(after, sentence.after(at))
            if is_there and not re.fullmatch(ids, fact.id):
                yield f"{sentence.pieces[at].text} is {fact.id}, and stands where another would"


def _state(fact: Fact) -> int:
    return next((place for word, place in _STATES.items() if word in fact.metric.split("_")), 0)


def _is_earlier(fact: Fact, other: Fact) -> bool:
    if isinstance(fact.value, datetime) and isinstance(other.value, datetime):
        return fact.value <= other.value
    return True


def _apart(sentence: Sentence, at: int, then: int, holds: bool) -> Iterator[str]:
    if not holds:
        yield f"{sentence.pieces[at].text} and {sentence.pieces[then].text} stand in each other's place"


_NOUNS: tuple[tuple[str, str], ...] = (
    (r"liquidations\.venues\.n|.*n_venues\w*|.*venues_expected", "venue"), (r"liquidations\.aggregators\.n", "aggregator"),
    (r"files\.n", "file"), (r"files\.rows_\w+", "row"), (r"\w+\.hours(_\w+)?", "hour"), (r".*\.n_assets(_\w+)?", "asset coin"),
    (r".*\.n_days|analogs\.n(_moves)?|window\.\w+_days|streaks_daily\.\w+", "day"), (r"liquidations\.waves\.n", "wave"),
    (r"absent\..*\.n", "instrument"),
)  # fmt: skip
_NOUN = re.compile(r"\b(venue|aggregator|file|row|hour|asset|coin|day|wave|instrument|week|month)s?\b|\bh\b")


def _counted(sentence: Sentence) -> Iterator[str]:
    """A count is followed by the noun of what was counted."""
    for at, fact in sentence.marks:
        nouns = next((nouns for ids, nouns in _NOUNS if re.fullmatch(ids, fact.id)), "")
        found = _NOUN.search(sentence.following(at)[:40]) if nouns and fact.unit == "count" else None
        if found and (found[1] or "hour") not in nouns.split():
            yield f"{sentence.pieces[at].text} is a count of {nouns.split()[0]}s, and is said of {found[0]}"


_PHRASES: tuple[tuple[str, str], ...] = (
    (r"close to close|than the close before|from the close before", r".*\.change_\w+|.*\.return_pct"),
    (r"peak (?:to|and its) trough", r".*drawdown\w*"), (r"under the open\b", r".*open_to_low\w*"), (r"per eight hours", r".*funding_8h\w*"),
    (r"busiest hour", r".*busiest_1h\w*|.*busiest_hour.*|.*saturation"), (r"realised volatility", r".*realised_volatility"),
    (r"lowest of these", r".*closing_low"), (r"\bopen to low", r".*\.open_to_low\w*"), (r"\bclose to low", r".*close_to_low\w*"),
    (r"\bopen to close", r".*\.change"), (r"recovered", r".*recovered_share"),
)  # fmt: skip
_NAMED = (
    (r".*\.max_drawdown_\w+", r"\bpeak\b.*\btrough\b"), (r".*\.open_to_low_\w+", r"under the open\b|open to low"),
    (r"market_cap_\w+\.\w+\.change_(?:usd|pct)", r"[Cc]lose to close|the close before"), (r".*\.busiest_1h_\w+", r"busiest hour"),
    (r"leverage_daily\..*\.oi_coin_change_pct", r"\bin coin\b"), (r".*percentile\w*", r"higher than on|at or above its level on"),
    (r"analogs\.n_lower", r"closed lower on # of the # days after"), (r"analogs\.n_half_again", r"a day with at least half as much"),
    (r"analogs\.next_ratio", r"in the median the next day"), (r".*\.largest_since", r"last comparable day with at least as much"),
    (r".*\.share_of_oi", r"open interest at the start of the day"), (r".*\.hours_complete", r"hours are complete at every venue expected"),
    (r"files\.rows_quarantined", r"Set aside with a reason"), (r".*\.oi_share", r"weighted by open interest, funding went from"),
    (r"liquidation_saturation_hourly\..*", r"at most one order per second; in the busiest hour of its busiest symbol"),
    (r"analogs\.n", r"earlier days that were among the largest of their year"),
    (r"volatility_daily\..*\.n_days", r"of the # days known before"),
    (r"liquidations\.waves\.share", r"together(?: they)? hold #|it holds #"),
    (r"prices_by_venue_daily\..*\.interval_s", r"bars of #, so highs and lows"),
)  # fmt: skip
"""What must be said where such a figure is printed: which of the falls it is, from which time to which, of what it is a count."""
_NO_WINDOW = re.compile(r"\b(?:weeks?|months?|quarters?|decades?|local time|noon|midnight)\b")
_NUMBER_WORD = re.compile(r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twice|thrice|dozen)\b")


def _timed(sentence: Sentence) -> Iterator[str]:
    """Windows are those of the facts, times are UTC, and a number in words is one of the method's."""
    for phrase, ids in _PHRASES:
        if re.search(phrase, sentence.words, re.IGNORECASE) and not any(
            re.fullmatch(ids, fact.id) for fact in sentence.facts
        ):
            yield f"says {phrase}, of which no fact of it is"
    for at, fact in sentence.marks:
        for ids, phrase in _NAMED:
            if re.fullmatch(ids, fact.id) and not re.search(phrase, sentence.words):
                yield f"{sentence.pieces[at].text} is {fact.id}, and not called so"
    if any(fact.unit == "instant" for _, fact in sentence.marks) and "UTC" not in sentence.words:
        yield "tells a time that is not said to be UTC"
    yield from (f"speaks of {found}, a window of no fact" for found in _NO_WINDOW.findall(sentence.words))
    for found in _NUMBER_WORD.finditer(sentence.words):
        if not sentence.words[: found.end() + 6].endswith("per eight hours"):
            yield f"{found[0]} is a number in words, bound to no fact"
    if any(fact.unit == "fraction_per_8h" for _, fact in sentence.marks) and re.search(
        r"\bper (?!eight hours)\w+", sentence.words
    ):
        yield "gives a rate per another time than eight hours"


_RULES: tuple[Rule, ...] = (
    _bound, _named, _sided, _directed, _broken, _footed, _ranked, _bounded, _in_order, _counted, _timed,
)  # fmt: skip
