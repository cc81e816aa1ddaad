"""The seed `instruments.csv`: dated facts. A new fact is a new row; what a venue no longer lists stays, for history needs it."""

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple
from datetime import date
from pathlib import Path

from orchestration.instruments.model import Instrument

COLUMNS = ("venue", "symbol", "kind", "base", "quote", "settlement", "contract_size", "multiplier", "valid_from")
Row = tuple[str, ...]


def read(path: Path) -> list[Row]:
    """The rows of a seed file, without its header."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    if tuple(header) != COLUMNS:
        raise ValueError(f"{path}: the header is not {','.join(COLUMNS)}")
    return [tuple(row) for row in rows]


def merged(rows: Iterable[Row], found: Iterable[Instrument], today: date) -> list[Row]:
    """Add what is new: symbols, from their listing on; changed facts of known symbols, from `today` on, the day of the answers.

    What answers older than a symbol's newest row say of it is left aside.
    """
    kept: dict[Row, Row] = {(*row[:2], row[-1]): row for row in rows}
    newest: dict[Row, Row] = {key[:2]: row for key, row in sorted(kept.items())}
    for instrument in found:
        fact = _texts(instrument)
        known = newest.get(fact[:2])
        if known is None:
            since = instrument.listed.isoformat() if instrument.listed else _BEGINNING
        elif _numbers(known[:-1]) == _numbers(fact) or known[-1] > today.isoformat():
            continue
        else:
            since = today.isoformat()
        kept[(*fact[:2], since)] = newest[fact[:2]] = (*fact, since)
    return [kept[key] for key in sorted(kept)]


def text(rows: Iterable[Row]) -> str:
    """The file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return out.getvalue()


_BEGINNING = "2019-09-01"
"""Valid from, where the metadata does not say since when: before the first day that anybody loads."""


def _texts(instrument: Instrument) -> Row:
    facts = astuple(instrument)[: len(COLUMNS) - 1]
    return tuple(f"{value:.12g}" if isinstance(value, float) else str(value) for value in facts)


def _numbers(fact: Row) -> tuple[str | float, ...]:
    """A fact with its sizes as numbers: 1 and 1.0 are the same."""
    return (*fact[:6], *(float(value) for value in fact[6:8]))
