"""A sentence as the page marks it: words, and numbers with their facts.

What belongs here: its pieces and what stands around them. What does not: what is wrong with it (sentences.py, phrases.py).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

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

    def leading(self, at: int) -> str:
        """All that comes before a mark, numbers as gaps."""
        return "".join(piece.text if piece.fact is None else "#" for piece in self.pieces[:at])

    def after(self, at: int) -> str:
        """The words right after a mark."""
        return self.pieces[at + 1].text if at + 1 < len(self.pieces) and self.pieces[at + 1].fact is None else ""

    def following(self, at: int) -> str:
        """All text after a mark."""
        return "".join(piece.text for piece in self.pieces[at + 1 :])


Rule = Callable[[Sentence], Iterator[str]]
"""Tells what is wrong with a sentence."""
