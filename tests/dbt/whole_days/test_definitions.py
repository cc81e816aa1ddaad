"""The dbt project tests its own definitions on hand-computed numbers, and describes everything that it publishes."""

import re
from pathlib import Path

import pytest

from orchestration.settings import Settings
from orchestration.warehouse.build import PROJECT, BuildError, Event, run_dbt
from orchestration.warehouse.lock import held
from tests.dbt.whole_days import small_lake as lake

MODELS = sorted((PROJECT / "models").glob("*/*.sql"))


def test_every_definition_agrees_with_its_hand_computed_numbers(at_once: Settings) -> None:
    done: list[Event] = []
    with held(at_once.paths.build, "unit tests", lambda _: None):
        run_dbt(at_once, ["test", "--select", "test_type:unit"], done.append)
    states = [event["data"]["status"] for event in done]
    assert set(states) == {"pass"}
    assert len(states) >= 36


def test_rules_on_the_data_fail_a_build_whose_marts_do_not_tie_out(three_days: Settings) -> None:
    lake.change(
        three_days, "update marts.liquidations_by_venue_daily set total_usd = total_usd * 1.001 where venue = 'bybit'"
    )
    lake.change(three_days, "insert into marts.prices_daily from marts.prices_daily where asset = 'BTC'")
    with held(three_days.paths.build, "tests", lambda _: None), pytest.raises(BuildError) as failed:
        run_dbt(three_days, ["test", "--exclude", "test_type:unit"])
    for test in ("venues_sum_to_assets", "rules_liquidations_by_venue_daily", "rules_prices_daily"):
        assert test in str(failed.value)


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.stem)
def test_every_model_is_short_and_described_beside_it(model: Path) -> None:
    assert len(model.read_text(encoding="utf-8").splitlines()) <= 100
    described = model.with_suffix(".yml").read_text(encoding="utf-8")
    assert re.search(rf"- name: {model.stem}\n    description: >\n", described)


def test_every_published_column_is_described_in_the_database(at_once: Settings) -> None:
    bare = "select table_name, column_name from duckdb_columns() where schema_name = 'marts' and comment is null"
    assert lake.query(at_once, bare) == []


def test_fractions_and_units_are_said(at_once: Settings) -> None:
    columns = "select column_name, comment from duckdb_columns() where schema_name = 'marts'"
    for name, comment in lake.query(at_once, columns):
        if name.endswith(("_pct", "_share", "_percentile")):
            assert "raction" in comment, name
        if name.endswith("_usd"):
            assert re.search("USD|fall", comment), name
        if name.endswith("_at"):
            assert re.search("UTC|r24|When|when", comment), name
