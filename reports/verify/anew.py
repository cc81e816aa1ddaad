"""Facts and pictures once more from the warehouse, and where those of a recap are not the same.

What belongs here: what needs the database. What does not: texts, which follow from facts and pictures (reports/replay.py).
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

import duckdb

from reports import charts
from reports.charts.model import Chart
from reports.facts.export import to_plain
from reports.facts.gather import gather
from reports.facts.model import Fact, FactStore
from reports.replay import Difference, pieces
from reports.verify.marts import agrees


def refound(db: duckdb.DuckDBPyConnection, store: FactStore) -> Iterator[Difference]:
    """Facts and dump files as the warehouse gives them now: none more, none fewer, each with the same place and coverage."""
    fresh = gather(db, store.day)
    facts, said = {fact.id: fact for fact in fresh}, {fact.id: fact for fact in store}
    for id in sorted({**said, **facts}):
        if id not in facts or id not in said:
            yield Difference(id, *("a fact" if id in found else "no such fact" for found in (said, facts)))
        elif not _same(said[id], facts[id]):
            yield Difference(id, said[id], facts[id])
    files = zip_longest(store.files, fresh.files, fillvalue=None)
    yield from (Difference(f"dump file {number}", a, b) for number, (a, b) in enumerate(files, 1) if a != b)


def redrawn(db: duckdb.DuckDBPyConnection, store: FactStore, said: Sequence[Chart]) -> Iterator[Difference]:
    """Pictures as the warehouse gives them now: the same ones, in words and labels; their geometry is the machine's fonts'."""
    drawn = charts.build(db, store.day, store.digits)
    for picture, fresh in zip_longest(said, drawn):
        name = f"charts/{(picture or fresh).id}.svg"
        if picture is None or fresh is None:
            yield Difference(name, *("a picture" if found else "no such picture" for found in (picture, fresh)))
            continue
        pairs = zip_longest(_told(picture), _told(fresh), fillvalue="nothing more")
        yield from (
            Difference(name, *pair) for pair in [next((pair for pair in pairs if pair[0] != pair[1]), ())] if pair
        )


def _same(said: Fact, found: Fact) -> bool:
    if not agrees(said.value, found.value):
        return False
    return {**to_plain(said), "value": None} == {**to_plain(found), "value": None}


def _told(picture: Chart) -> list[str]:
    drawn = [piece if isinstance(piece, str) else str(piece[0]) for piece in pieces(picture.svg)]
    return [*picture.words.values(), *drawn]
