"""Models as plain SQL on a database in memory: what a property test runs a hundred times. No assertions here."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestration.settings import Settings
from orchestration.warehouse import window
from orchestration.warehouse.build import run_dbt
from orchestration.warehouse.lock import held

Row = Mapping[str, Any]
SCHEMAS = {"int_": "intermediate", "stg_": "staging", "build_": "raw", "universe": "seeds"}


class Models:
    """Some models in the order in which they rest on each other, compiled once; what they read besides are tables to be filled."""

    def __init__(self, home: Path, names: Sequence[str]) -> None:
        settings = Settings(home=home, threads=2)
        window.prepare(settings, [])
        with held(settings.paths.build, "compile", lambda _: None):
            run_dbt(settings, ["compile", "--select", *names])
        folder = settings.paths.build / "dbt" / "compiled" / "tidemark" / "models"
        self._sql = {name: next(folder.rglob(f"{name}.sql")).read_text(encoding="utf-8") for name in names}
        self._db = duckdb.connect(":memory:", config={"threads": 1})
        self._db.execute(f"attach ':memory:' as {settings.paths.warehouse.stem}; use {settings.paths.warehouse.stem}")
        for schema in ("raw", "staging", "intermediate", "marts", "seeds"):
            self._db.execute(f"create schema {schema}")

    def declare(self, name: str, columns: str) -> None:
        """A table that the models read."""
        self._db.execute(f"create table {_placed(name)} ({columns})")

    def run(self, given: Mapping[str, Sequence[tuple[Any, ...]]]) -> None:
        """Fill the tables and make the models anew."""
        for name, rows in given.items():
            self._db.execute(f"delete from {_placed(name)}")
            if rows:
                marks = ", ".join([f"({', '.join('?' * len(rows[0]))})"] * len(rows))
                self._db.execute(
                    f"insert into {_placed(name)} values {marks}", [value for row in rows for value in row]
                )
        for name, sql in self._sql.items():
            self._db.execute(f"create or replace table {_placed(name)} as {sql}")

    def rows(self, query: str) -> list[Row]:
        """What a query finds, by the names of its columns."""
        found = self._db.execute(query)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _placed(name: str) -> str:
    schema = next((schema for prefix, schema in SCHEMAS.items() if name.startswith(prefix)), "marts")
    return f"{schema}.{name}"
