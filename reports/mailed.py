"""Holds a mail against ledger and page: what it repeats of them it repeats word for word, in both of its parts.

What belongs here: telling a sentence in other words from one that is left out, as a template of the user's may do. What does not:
numbers (lint.py), and what a mail should hold (letter.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

_RUN = 3
"""Words in a row that are looked for."""
_ALIKE = 0.5
"""Share of its runs from which a sentence stands in the mail in other words; one changed word leaves more of any of 8 words."""


def parts(message: EmailMessage) -> dict[str, str]:
    """Return the words of the text part and of the HTML part, pictures by the words that stand in for them."""
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    return {
        "text": " ".join(plain.get_content().split()) if plain else "",
        "HTML": _Words.of(html.get_content()) if html else "",
    }


def reworded(said: Sequence[Mapping[str, Any]], findings: Sequence[str], mailed: Mapping[str, str]) -> Iterator[str]:
    """Return what is wrong: claims and findings of charts that stand in a part of the mail, but not word for word."""
    whole = {claim["place"] for claim in said for text in mailed.values() if claim["text"] in text}
    told = [claim["text"] for claim in said if claim["place"] in {*whole, "headline"}]
    sentences = [*told, *findings]
    for part, text in mailed.items():
        runs = set(_runs(_without(text, [*sentences, *(claim["text"] for claim in said)])))
        for sentence in sentences:
            own = _runs(sentence)
            if sentence not in text and own and sum(run in runs for run in own) >= _ALIKE * len(own):
                yield f"its {part} has in other words: {sentence}"


def _without(text: str, sentences: Iterable[str]) -> str:
    """What is left of a text when all that it repeats is taken out: two assets may be told of in the same words."""
    for sentence in sorted(sentences, key=len, reverse=True):
        text = text.replace(sentence, " \0 ")
    return text


def _runs(text: str) -> list[tuple[str, ...]]:
    words = text.split()
    return [tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)]


class _Words(HTMLParser):
    """All words of a document in their order, without its style sheets."""

    def __init__(self) -> None:
        super().__init__()
        self._found: list[str] = []
        self._is_style = False

    @classmethod
    def of(cls, html: str) -> str:
        """Read a whole document."""
        reader = cls()
        reader.feed(html)
        reader.close()
        return " ".join(" ".join(reader._found).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_style = tag == "style"
        self._found.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        self._is_style = False

    def handle_data(self, data: str) -> None:
        if not self._is_style:
            self._found.append(data)
