"""Whether what is printed in a table's cell belongs there: the head of its row names it, the head of its column says what it is.

What belongs here: rows and columns. What does not: how a number is written (lint.py).
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from reports import names
from reports.facts.model import Fact, FactStore
from reports.reading import Cell

_COLUMNS = {
    "Total": "total_usd", "Longs": "long_usd", "Shorts": "short_usd", "Long share": "long_share", "Largest order": "largest_order_usd",
    "Open": "open_usd", "High": "high_usd", "Low": "low_usd", "Close": "close_usd",
}  # fmt: skip
"""What stands under a head, as the metric's name has it."""
_MEASURES = {
    "Close to close": "change_", "Open to low": "open_to_low_", "Prior close to low": "prior_close_to_low_",
    "Peak to trough": "max_drawdown_|drawdown_",
}  # fmt: skip


def misplaced(store: FactStore, tables: Sequence[Sequence[Sequence[Cell]]]) -> Iterator[str]:
    """Return the cells whose fact is of another row or column."""
    facts, called = {fact.id: fact for fact in store}, _called(store)
    for table in tables:
        heads = [cell.text for cell in table[0]] if table else []
        for row in table[1:]:
            for head, cell in zip(heads, row, strict=False):
                if fact := facts.get(cell.fact or ""):
                    yield from _misplaced(cell, fact, head, row[0].text, called)


def _misplaced(cell: Cell, fact: Fact, column: str, row: str, called: Mapping[str, str]) -> Iterator[str]:
    named = {called[word] for word in row.split(", ") if word in called}
    own = set(fact.entity.split("@")) & set(called.values())
    if own and named and not own & named:
        yield f"{cell.text} of {', '.join(sorted(own))} stands in the row of {row}"
    for head, metric in ((column, _COLUMNS.get(column)), (row, _MEASURES.get(row))):
        if metric and fact.unit != "instant" and not re.match(metric, fact.metric):
            yield f"{cell.text} is {fact.id}, and stands under {head}"


def _called(store: FactStore) -> dict[str, str]:
    """Assets and venues by the name that a row has for them."""
    assets = {str(fact.value): str(fact.value) for fact in store if fact.metric == "asset"}
    return assets | {names.venue(str(fact.value)): str(fact.value) for fact in store if fact.metric == "venue"}
