"""Phrases of the house that say which number stands where: what it is called, what comes first, what it counts, of which window.

What belongs here: the phrases, and the facts that may stand in them. What does not: words that any market report has (sentences.py).
"""

import re
from collections.abc import Iterator
from datetime import datetime

from reports.facts.model import Fact
from reports.sentence import Sentence

_STATES = {"open": 0, "started": 0, "peak": 0, "before": 0, "close": 1, "ended": 1, "trough": 1, "after": 1}
_CALLED = (
    (r"\bopened (?:the day |the UTC day of # )?at $", "open(?!_to)"), (r"\bclos(?:ed|ing) (?:the day )?at $|\bended [a-z ]*at $", "close"),
    (r"\bfell to $", "(?<!to_)low|close"), (r"\b(?:as low as|low of|low of the day was|its low) $", "(?<!to_)low"),
    (r"\brose to $", "high|close"),
    (r"\b(?:as high as|high of) $", "high"), (r"\bfell from $|\bfall of # from $", "open|high|peak"), (r"\brose from $", "open|low"),
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
_BESIDE = (
    (r"leverage_daily\..*\.n_venues_oi", r", over $", r"^ venues?\b"), (r"leverage_daily\..*\.oi_usd_open", r" with $", ""),
    (r"\w+\.oi_lookback_days", r"among the $", r"^ before\b"), (r"\w+\.hours_span", r"\($", r"^ UTC\b"),
    (r"window\.cutoff", r"(?:cut-off|cut off) at $|\b[Bb]y $", ""),
)  # fmt: skip
"""The words between which such a figure stands, wherever it does."""


def in_order(sentence: Sentence) -> Iterator[str]:
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


def placed(sentence: Sentence) -> Iterator[str]:
    """Words that a figure stands beside are those of its fact."""
    for at, fact in sentence.marks:
        for words, metric in _CALLED:
            if (
                fact.unit in ("usd", "usd_price")
                and re.search(words, sentence.leading(at))
                and not re.search(metric, fact.metric)
            ):
                yield f"{sentence.pieces[at].text} is called as a {metric}, and is {fact.id}"
        for before, after, ids in _STANDS:
            is_there = re.search(before, sentence.before(at)) and re.search(after, sentence.after(at))
            if is_there and not re.fullmatch(ids, fact.id):
                yield f"{sentence.pieces[at].text} is {fact.id}, and stands where another would"
        for ids, before, after in _BESIDE:
            is_there = re.search(before, sentence.before(at)) and re.search(after, sentence.after(at))
            if re.fullmatch(ids, fact.id) and not is_there:
                yield f"{sentence.pieces[at].text} is {fact.id}, and stands beside other words than it does"


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
_NOUN = re.compile(r"\b(venue|aggregator|file|row|hour|asset|coin|day|wave|instrument|minute|week|month)s?\b|\bh\b")


def counted(sentence: Sentence) -> Iterator[str]:
    """A count is followed by the noun of what was counted."""
    for at, fact in sentence.marks:
        nouns = next((nouns for ids, nouns in _NOUNS if re.fullmatch(ids, fact.id)), "")
        found = _NOUN.search(sentence.following(at)[:40]) if nouns and fact.unit == "count" else None
        if found and (found[1] or "hour") not in nouns.split():
            yield f"{sentence.pieces[at].text} is a count of {nouns.split()[0]}s, and is said of {found[0]}"


_PHRASES: tuple[tuple[str, str], ...] = (
    (r"close to close|(?:than|from|above|below) the close before", r".*\.change_\w+|.*\.return_pct"),
    (r"peak (?:to|and its) trough", r".*drawdown\w*"), (r"under the open\b", r".*open_to_low\w*"), (r"per eight hours", r".*funding_8h\w*"),
    (r"busiest hour", r".*busiest_1h\w*|.*busiest_hour.*|.*saturation"), (r"realised volatility", r".*realised_volatility"),
    (r"lowest of these", r".*closing_low"), (r"\bopen to low", r".*\.open_to_low\w*"), (r"\bclose to low", r".*close_to_low\w*"),
    (r"\bopen to close", r".*\.change"), (r"recovered", r".*recovered_share"),
)  # fmt: skip
_BEYOND = (
    "under the first would continue the fall, one over the second would begin to undo it|"
    "over the second would continue the rise, one under the first would begin to undo it|beyond one of them would end it that way"
)
_NAMED = (
    (r".*\.max_drawdown_\w+", r"\bpeak\b.*\btrough\b"), (r".*\.open_to_low_\w+", r"under the open\b|open to low"),
    (r"market_cap_\w+\.\w+\.change_(?:usd|pct)", r"[Cc]lose to close|the close before"), (r".*\.busiest_1h_\w+", r"busiest hour"),
    (r"leverage_daily\..*\.oi_coin_change_pct", r"\bin coin\b"), (r".*percentile\w*", r"higher than on|at or above its level on"),
    (r"analogs\.n_lower", r"closed lower on # of the # days after"), (r"analogs\.n_half_again", r"a day with at least half as much"),
    (r"analogs\.next_ratio", r"in the median the next day"), (r".*\.largest_since", r"last comparable day with at least as much"),
    (r".*\.hours_complete", r"hours are complete at every venue expected"), (r"files\.rows_quarantined", r"Set aside with a reason"),
    (r".*\.oi_share", r"weighted by open interest, funding went from"),
    (r"analogs\.n", r"earlier days that were among the largest of their year"),
    (r"volatility_daily\..*\.n_days", r"of the # days known before"),
    (r"liquidations\.waves\.share", r"together(?: they)? hold #|it holds #"),
    (r"prices_by_venue_daily\..*\.interval_s", r"bars of #, so highs and lows are exact but their times are known to the bar only"),
    (r"market_dominance_daily\..*\.dominance\w*", r"At the close # made up # of the market cap"),
    (r"market_breadth_daily\.n_assets_30d", r"coins with # days of history closed at their lowest of these"),
    (r"market_breadth_daily\.n_assets", r"All # coins|Of # coins"),
    (r".*\.times_median", r"the median of their own comparable days among the # before"),
    (r".*\.oi_lookback_days", r"days known among the # before"),
    (r"wave_venues\..*\.share_of_wave", r"was spread over several venues, by share"),
    (r".*\.expected_pct", r"implies, close to close: .*# against #"),
    (r"signals\.n", r"signs of a finished flush that one day can show\b.*whether it is over, the days after decide"),
    (r"leverage_build_ups\..*\.range_width_pct",
     r"over the # days before, # stayed between # and #, a width of #, while its open interest rose by # in coin"),
    (r".*\.share_of_oi", r"Against the open interest at the start of the day, where both are known, liquidations come to #"),
    (r"saturation\..*\.saturation",
     r"at most one order per second; in the busiest hour of its busiest symbol # of the seconds had one, "
     "which points to orders missing from"),
    (r"next_levels_daily\..*", rf"nearest levels on both sides are # and #\. Between them it consolidates; a daily close (?:{_BEYOND})\."),
    (r"files\.rows_in", r"dump files?, # rows? of the day, # kept"),
)  # fmt: skip
"""What must be said where such a figure is printed: which of the falls it is, from which time to which, of what it is a count."""
_HOUR_S = 3600
_NO_WINDOW = re.compile(r"\b(?:weeks?|months?|quarters?|decades?|local time|noon|midnight)\b")
_NUMBER_WORD = re.compile(r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twice|thrice|dozen)\b")


def timed(sentence: Sentence) -> Iterator[str]:
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
    grain = (
        "hourly" if (sentence.store.number("market_cap_total_daily", "all", "resolution_s") or 0) >= _HOUR_S else None
    )
    yield from (f"says {found} data" for found in re.findall(r"\bon (\w+) data\b", sentence.words) if found != grain)
    if any(fact.unit == "fraction_per_8h" for _, fact in sentence.marks) and re.search(
        r"\bper (?!eight hours)\w+", sentence.words
    ):
        yield "gives a rate per another time than eight hours"
