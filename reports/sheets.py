"""Whether what a number leads to is the fact that it is of: value, row, coverage and the files behind it.

What belongs here: the sheets of a page, in whatever words a template has for them. What does not: whether a fact is true (verify/).
"""

import re
from collections.abc import Iterator, Sequence
from typing import get_args

from reports import names
from reports.facts.model import Coverage, Fact, FactStore
from reports.reading import Sheet


def misled(store: FactStore, sheet: Sheet) -> Iterator[str]:
    """Return what a sheet says that its facts do not."""
    known = {fact.id: fact for fact in store}
    for found in set(re.findall(r"\b[0-9a-f]{64}\b", sheet.text)) - {file.sha256 for file in store.files}:
        yield f"{found} is the hash of no dump file"
    for id in sheet.facts.keys() - known.keys():
        yield f"a sheet is of fact {id}, which does not exist"
    facts = [known[id] for id in sheet.facts if id in known]
    for fact in facts:
        said = _spaced(sheet.facts[fact.id])
        if not said.startswith(_spaced(f"{fact.column} {fact.value} {fact.unit}")):
            yield f"the sheet of fact {fact.id} says {said}"
    if facts:
        yield from _source(store, facts, _spaced(sheet.text))


def _source(store: FactStore, facts: Sequence[Fact], text: str) -> Iterator[str]:
    first = facts[0]
    row, told = (
        _spaced(", ".join(f"{name} = {value}" for name, value in first.where.items())),
        text.partition(" Row ")[2],
    )
    if told and not told.startswith(row):
        yield f"the sheet of fact {first.id} has another row than {row}"
    if (said := re.search(r"\bCoverage (\w+)", text)) and said[1] in get_args(Coverage) and said[1] != first.coverage:
        yield f"the sheet of fact {first.id} has the coverage {said[1]}"
    files = {file.number: file for file in store.files}
    behind = {(files[number].dataset, files[number].venue) for number in first.dump_files}
    lake = text.partition("Lake files ")[2]
    called = {f"{names.dataset(dataset)}, {names.venue(venue)}" for dataset, venue in behind}
    for found in {name.strip() for name in lake.split(";") if name.strip()} - called:
        yield f"the sheet of fact {first.id} names the files {found}"


def _spaced(text: str) -> str:
    return " ".join(text.split())
