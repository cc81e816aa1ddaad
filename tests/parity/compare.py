"""Two build files with the same marts, compared in every row and column. No engine is started here."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.sql import quoted

TOLERANCE = 1e-9
"""Relative, of doubles; keys, counts, texts and times are equal or they differ."""


@dataclass
class Comparison:
    """Marts and rows that were compared, and what differs: by mart, column and how."""

    marts: int = 0
    rows: int = 0
    differences: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """One line."""
        return f"parity: {self.marts} marts, {self.rows:,} rows, {sum(self.differences.values()):,} differences"


def contracts(manifest: Path) -> dict[str, tuple[dict[str, str], list[str]]]:
    """Of each mart the columns with their types, and those that tell its rows apart."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    grains = {
        node["attached_node"]: [name.strip() for name in node["test_metadata"]["kwargs"]["grain"].split(",")]
        for node in nodes
        if node["resource_type"] == "test" and "grain" in (node.get("test_metadata") or {}).get("kwargs", {})
    }
    return {
        node["name"]: (
            {name: column["data_type"] for name, column in node["columns"].items()},
            grains[node["unique_id"]],
        )
        for node in nodes
        if node["resource_type"] == "model" and node["schema"] == "marts"
    }


def compare(one: Path, other: Path, marts: Mapping[str, tuple[Mapping[str, str], Sequence[str]]]) -> Comparison:
    """Every mart of both files; a mart that only one has differs by all its rows."""
    found = Comparison()
    with duckdb.connect() as db:
        db.execute("set TimeZone = 'UTC'")
        for name, file in (("one", one), ("other", other)):
            db.execute(f"attach {quoted(str(file))} as {name} (read_only)")
        for mart, (columns, grain) in sorted(marts.items()):
            found.marts += 1
            try:
                _compare(db, mart, columns, grain, found)
            except duckdb.CatalogException as missing:
                found.differences[f"{mart}: not there"] = 1
                found.examples[f"{mart}: not there"] = str(missing).splitlines()[0]
    return found


def _compare(
    db: duckdb.DuckDBPyConnection, mart: str, columns: Mapping[str, str], grain: Sequence[str], found: Comparison
) -> None:
    keys = [name.strip('"') for name in grain]
    on = " and ".join(f'a."{key}" is not distinct from b."{key}"' for key in keys)
    tests = {name: _differs(name, kind) for name, kind in columns.items() if name not in keys}
    counted = ", ".join(f'count(*) filter (in_a and in_b and {test}) as "{name}"' for name, test in tests.items())
    joined = f"""
        from (select *, true as in_a from one.marts."{mart}") as a
        full join (select *, true as in_b from other.marts."{mart}") as b on {on}
    """
    result = db.execute(
        f"select count(in_a), count(*) filter (in_b is null), count(*) filter (in_a is null), {counted} {joined}"
    )
    names = ["rows", "only in the first", "only in the second", *tests]
    counts = dict(zip(names, result.fetchall()[0], strict=True))
    found.rows += counts.pop("rows")
    for name, number in counts.items():
        if number:
            what = f"{mart}.{name}"
            found.differences[what] = number
            found.examples[what] = _example(db, keys, name, tests.get(name), joined)


def _differs(name: str, kind: str) -> str:
    a, b = f'a."{name}"', f'b."{name}"'
    if kind != "double":
        return f"{a} is distinct from {b}"
    far = f"abs({a} - {b}) > {TOLERANCE} * greatest(abs({a}), abs({b}))"
    return f"({a} is distinct from {b} and ({a} is null or {b} is null or isnan({a}) or isnan({b}) or {far}))"


def _example(db: duckdb.DuckDBPyConnection, keys: Sequence[str], name: str, test: str | None, joined: str) -> str:
    where = test or ("in_b is null" if name == "only in the first" else "in_a is null")
    shown = ", ".join(f'coalesce(a."{key}", b."{key}")' for key in keys)
    values = f', a."{name}", b."{name}"' if test else ""
    row: Any = db.execute(f"select {shown}{values} {joined} where {where} order by all limit 1").fetchone()
    return ", ".join(map(str, row))
