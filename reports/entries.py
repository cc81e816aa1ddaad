"""What the archive knows of each day: a line in days.json, read from a day's files only when that day was written.

What belongs here: the line, its file, and where its figures come from. What does not: pages (archive.py, site.py).
"""

import json
import re
from collections.abc import Sequence, Set
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from reports.facts.export import load
from reports.facts.model import EXACT, Fact

NAMED = 5
"""Assets that a line names: those with most liquidated that day."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the archive; a figure that was not measured is None."""

    day: date
    headline: str
    regime: str
    impaired: bool
    simulated: bool
    total_usd: float | None = None
    long_share: float | None = None
    digits: int = EXACT
    """Significant digits that the day's coverage allows."""
    assets: tuple[str, ...] = ()
    """Most liquidated first."""


def read(recaps: Path, fresh: Set[date]) -> list[Entry]:
    """The archive's lines by day: as days.json has them, but for the days just written and for folders that it lacks."""
    known = {entry.day.isoformat(): entry for entry in _listed(recaps / "days.json") if entry.day not in fresh}
    found = (known.get(day.isoformat()) or _of_folder(recaps / day.isoformat()) for day in days_in(recaps))
    return [entry for entry in found if entry]


def days_in(recaps: Path) -> list[date]:
    """The days that have a folder, in order."""
    found = []
    for path in recaps.iterdir():
        if re.fullmatch(r"\d{4}-\d\d-\d\d", path.name):
            with suppress(ValueError):  # such as a 2026-02-30 of somebody else's
                found.append(date.fromisoformat(path.name))
    return sorted(found)


def as_json(entries: Sequence[Entry]) -> str:
    """The text of days.json."""
    rows = [{**asdict(entry), "day": entry.day.isoformat()} for entry in entries]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def _listed(path: Path) -> list[Entry]:
    """The lines as written; one of an older form is left out, and so is read again from its folder."""
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    names = {field.name for field in fields(Entry)}
    return [
        Entry(**{**row, "day": date.fromisoformat(row["day"]), "assets": tuple(row["assets"])})
        for row in rows
        if row.keys() == names
    ]


def _of_folder(folder: Path) -> Entry | None:
    ledger = folder / "claims.json"
    if not ledger.exists():
        return None
    found = json.loads(ledger.read_text(encoding="utf-8"))
    facts = load(folder / "facts.json")
    total = facts.get("liquidations_market_daily", "total_usd")
    return Entry(
        day=date.fromisoformat(folder.name),
        headline=found["headline"],
        regime=found["regime"],
        impaired=found["impaired"],
        simulated=found["simulated"],
        total_usd=_number(total),
        long_share=_number(facts.get("liquidations_market_daily", "long_share")),
        digits=total.digits if total else EXACT,
        assets=tuple(facts.entities("liquidations_by_asset_daily")[:NAMED]),
    )


def _number(fact: Fact | None) -> float | None:
    return None if fact is None else fact.number
