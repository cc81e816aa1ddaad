"""facts.json: a day's facts as published, and back. Sorted, rounded nowhere, the same bytes for the same facts."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from reports import lines
from reports.facts.model import DumpFile, Fact, FactStore, Unit, Value

SCHEMA = Path(__file__).with_name("facts.schema.json")


def to_json(store: FactStore) -> str:
    """Return the document that `facts.schema.json` describes."""
    document = {
        "$schema": "../facts.schema.json",
        "day": store.day.isoformat(),
        "simulated": store.simulated,
        "dump_files": [asdict(file) for file in store.files],
        "facts": [to_plain(fact) for fact in store],
    }
    return lines.to_json(document)


def load(path: Path) -> FactStore:
    """Read facts.json back into a store."""
    document = json.loads(path.read_text(encoding="utf-8"))
    files = [DumpFile(**file) for file in document["dump_files"]]
    return FactStore(date.fromisoformat(document["day"]), (_fact(row) for row in document["facts"]), files)


def to_plain(fact: Fact) -> dict[str, Any]:
    """Return a fact as facts.json has it."""
    # Not `asdict`, which copies every value: a day has thousands of facts.
    row = {field.name: getattr(fact, field.name) for field in fields(Fact)}
    where = {name: _text(value) for name, value in fact.where.items()}
    return {**row, "value": _text(fact.value), "as_of": _text(fact.as_of), "where": where}


def _fact(row: Mapping[str, Any]) -> Fact:
    return Fact(
        **{
            **row,
            "value": _typed(row["value"], row["unit"]),
            "as_of": _instant(row["as_of"]),
            "where": {name: _key(name, value) for name, value in row["where"].items()},
            "dump_files": tuple(row["dump_files"]),
            "inputs": tuple(row["inputs"]),
        }
    )


def _key(name: str, value: Any) -> Value:
    """A part of a row's key: days and instants by the names they have in every mart."""
    if name == "day":
        return date.fromisoformat(value)
    key: Value = _instant(value) if name.endswith("_at") else value
    return key


def _text(value: Value) -> Value:
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    return value.isoformat() if isinstance(value, date) else value


def _typed(value: Any, unit: Unit) -> Value:
    if unit == "instant":
        return _instant(value)
    if unit == "day":
        return date.fromisoformat(value)
    typed: Value = value
    return typed


def _instant(value: str) -> datetime:
    return datetime.fromisoformat(value.removesuffix("Z"))
