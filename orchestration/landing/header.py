"""What the first line of a CSV file says: the columns in the file's order, or that the file has no header."""

import csv

from orchestration.feeds.contract import Table
from orchestration.landing.errors import UnreadableDump

Header = tuple[str, ...] | None
"""The columns of a file by our names; None where its first line is data."""


def header_in(line: str, reader: Table) -> Header:
    """The columns of a file with this first line by our names; None where it is data (the first field of a header is never a number).

    Raises UnreadableDump where a column that is needed is lacking.
    """
    first = next(csv.reader([line], delimiter=reader.delimiter), [])
    if line and not first:
        raise UnreadableDump("the first line is blank")
    ours = {alias.lower(): name for name, aliases in reader.aliases.items() for alias in aliases}
    ours |= {name.lower(): name for name in reader.columns}
    names = [ours.get(field.strip().lower(), field.strip()) for field in first]
    known = [name for name in names if name in reader.columns]
    if not known:
        if first and not reader.headless and not any(_is_number(field) for field in first):
            raise UnreadableDump(f"unknown header: {', '.join(first)[:200]}")
        return None
    if twice := [name for name in reader.columns if known.count(name) > 1]:
        raise UnreadableDump(f"the header names {', '.join(twice)} twice")
    missing = [name for name in reader.columns if name not in known and name not in reader.optional]
    if missing:
        raise UnreadableDump(f"the header lacks {', '.join(missing)}")
    kept = reader.columns if not reader.others else {*reader.columns, *names}
    return tuple(name if name in kept else f"ignored {n}" for n, name in enumerate(names))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
