"""Plain text as mail readers show it: wrapped, bulleted, tables in columns.

What belongs here: the filters of the text part. What does not: what the text says.
"""

import textwrap
from collections.abc import Sequence
from typing import Protocol

WIDTH = 72


class Tabular(Protocol):
    """What `aligned` needs of a table."""

    @property
    def columns(self) -> Sequence[str]:
        """Column names; the first column holds names, the others numbers."""

    @property
    def rows(self) -> Sequence[Sequence[str]]:
        """Ready-made strings, as many per row as columns."""


def wrap(text: str) -> str:
    """Wrap at 72 characters without breaking words or hyphens."""
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def bullet(text: str) -> str:
    """Wrap as a list item with a hanging indent."""
    return textwrap.fill(
        text, WIDTH, initial_indent="* ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def aligned(table: Tabular) -> str:
    """Set a table in columns, the first to the left and the others to the right, with a rule under the head."""
    lines = [table.columns, *table.rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(table.columns))]
    head, *body = [_line(line, widths) for line in lines]
    return "\n".join([head, "-" * (sum(widths) + 2 * (len(widths) - 1)), *body])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]).rstrip()
