"""The comparison itself: what it must see, and what it must let pass."""

from pathlib import Path

import duckdb
import pytest

from orchestration.warehouse.build import PROJECT, parse
from tests.parity.compare import compare, contracts

MART = {"m": ({"day": "date", "asset": "varchar", "usd": "double", "n": "integer"}, ["day", "asset"])}


def _file(path: Path, *rows: str) -> Path:
    with duckdb.connect(str(path)) as db:
        db.execute("create schema marts; create table marts.m (day date, asset varchar, usd double, n integer)")
        db.execute(f"insert into marts.m values {', '.join(rows)}")
    return path


@pytest.mark.parametrize(
    ("other", "differences"),
    [
        ("('2026-01-31', 'BTC', 1.0000000000001, 1)", {}),
        ("('2026-01-31', 'BTC', 1.00000001, 1)", {"m.usd": 1}),
        ("('2026-01-31', 'BTC', null, 1)", {"m.usd": 1}),
        ("('2026-01-31', 'BTC', 1, 2)", {"m.n": 1}),
        ("('2026-01-31', 'ETH', 1, 1)", {"m.only in the first": 1, "m.only in the second": 1}),
    ],
)
def test_only_the_last_digits_of_a_double_may_differ(tmp_path: Path, other: str, differences: dict[str, int]) -> None:
    one = _file(tmp_path / "one.duckdb", "('2026-01-31', 'BTC', 1, 1)")
    found = compare(one, _file(tmp_path / "other.duckdb", other), MART)
    assert (found.differences, found.rows) == (differences, 1)


def test_a_mart_that_is_missing_differs(tmp_path: Path) -> None:
    one = _file(tmp_path / "one.duckdb", "('2026-01-31', 'BTC', 1, 1)")
    duckdb.connect(str(tmp_path / "none.duckdb")).close()
    assert compare(one, tmp_path / "none.duckdb", MART).differences == {"m: not there": 1}


def test_of_every_mart_it_is_known_what_tells_its_rows_apart() -> None:
    known = contracts(parse())
    marts = {path.stem for path in (PROJECT / "models" / "marts").glob("*.sql")}
    assert set(known) == marts
    assert all(grain and {name.strip('"') for name in grain} <= set(columns) for columns, grain in known.values())
