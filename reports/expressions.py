"""Fixed expressions: a word that turns a sentence round when another takes its place stands in an expression that is whole.

What belongs here: expressions without numbers of their own, whatever sentence they stand in. What does not: which number
stands where (phrases.py), and what is true of a number (sentences.py).
"""

import re
from collections.abc import Iterator

from reports.sentence import Sentence

_WHOLE: tuple[tuple[str, str], ...] = (
    (r"consistent", r"consistent with"), (r"points?\b", r"points? to"), (r"interest", r"[Oo]pen interest"),
    (r"bound\b", r"a lower bound"), (r"cut-off", r"(?:up to|[Bb]y|and) (?:the|its) cut-off|Up to the cut-off|to its cut-off"),
    (r"cut \w+ at", r"cut off at"), (r"\bc[oa]me\b", r"\bc[oa]me (?:to(?! the)|in|from the orders|first)"),
    (r"\badds? up \w+", r"\badds? up (?:to|is)\b"), (r"\bmade\b", r"made (?:up|by)\b"),
    (r"\breturns\b", r", from returns of # and over a year, was #"), (r"\bmissing\b", r"missing from|is missing|are missing"),
    (r"peak \w+ (?:its )?trough", r"from peak to trough|from its peak to its trough|between its peak and its trough"),
    (r"close \w+ close", r"[Cc]lose to close"), (r"level \w+ #", r"at or above its level on #"), (r"left \w+, \w+\b", r"left out, \w+"),
    (r"\b[Ll]east\b", r"\b[Aa]t least\b"), (r"\bone order\b", r"at most one order per second"),
    (r"closed at their", r"closed at their lowest of these"), (r"\bfound\b", r"found footing"),
    (r"\b[Nn]one\b", r"\bnone was\b|\bNone of the\b|none of the #|none could be|none has|: none\b"),
    (r"\bopened\b", r"opened (?:the day |the UTC day of # )?at #"), (r"\bbeta\b", r"moved more than (?:its|their) beta to # implies"),
    (r"\bled\b", r"led with #"), (r"\bfollowed with", r"followed with #"), (r"\bfollowed without", r"followed with #"),
    (r"\bbegan the \w+", r"began the day\b"),
    (r"(?:opened|closed|ended) the (?:UTC )?\w+", r"(?:opened|closed|ended) the (?:UTC )?day\b"),
    (r"rows of the \w+", r"rows of the (?:day|liquidations|rows)"), (r"largest wave", r"(?<!second )(?<!third )largest wave"),
    (r"\(# \w+ #", r"\(# (?:to|and) #"), (r"\bbusiest at", r"\bbusiest at #"), (r"\bAt the (?:open|close)\b", r"At the close\b"),
    (r"\bis (?:over|under),", r"whether it is over, the days after decide"),
    (r"\bdays (?:after|before) decide", r"the days after decide"),
    (r"\bof the \w+ known\b", r"of the (?:days|open interest|rates) known"), (r"\bclock \w+", r"clock hours?"),
    (r"\bwith\w* the same", r"with the same"), (r"\bthe start\b", r"the start of (?:the|#)"),
    (r"\b(?:built|begun) in", r"built in a range"),
    (r"\bone (?:under|over|above|below) ", r"one (?:under the first|over the second|above it) would"),
    (r"\bspread\b", r"spread over several"), (r"\bBy USD\b", r"By USD the day is"), (r"\bnew leverage\b", r"[Ww]ithout new leverage"),
    (r"\bwent \w+ #", r"went (?:from|through|within) #"), (r"\w+ a low of", r"(?:to|[Aa]fter|and) a low of"),
    (r"\b(?:for|of) this \w+", r"(?:for|of) this (?:day|venue)"), (r"it adds \w+", r"it adds up"),
)  # fmt: skip
"""A word, and the expression in which it stands wherever it does."""
_COMPILED = [(re.compile(word), re.compile(rf"(?:{expression})(?!\w)")) for word, expression in _WHOLE]
_SUPERLATIVE = re.compile(r"\b(?!interest\b|(?:larg|busi|deep|low|high|near|b)est\b)[a-z]+est\b")
"""Those that no rule and no expression holds against the facts."""


def whole(sentence: Sentence) -> Iterator[str]:
    """Expressions are whole, and superlatives are known ones."""
    words = sentence.words
    for word, expression in _COMPILED:
        if met := list(word.finditer(words)):
            held = [found.span() for found in expression.finditer(words)]
            for found in met:
                if not any(start <= found.start() and found.end() <= end for start, end in held):
                    yield f"has {found[0]} outside of the expression that it stands in"
    for found in _SUPERLATIVE.finditer(words):
        yield f"says {found[0]}, which no rule holds against a fact"
