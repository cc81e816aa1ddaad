"""The tables of the models in a DuckLake in place of a file: needs DuckDB's extension, which its wheel does not have."""

from pathlib import Path

import duckdb
import pytest

from orchestration.settings import Settings, SettingsError, Warehouse, load
from orchestration.warehouse import build
from tests.dbt.whole_days import small_lake
from tests.parity.compare import compare, contracts


@pytest.fixture
def in_a_ducklake(tmp_path: Path) -> Settings:
    try:
        duckdb.connect(config={"autoinstall_known_extensions": False}).load_extension("ducklake")
    except duckdb.Error:
        pytest.skip("DuckDB's extension ducklake is not installed")
    database = f"ducklake:{tmp_path}/warehouse.ducklake"
    return Settings(home=tmp_path / "catalogue", threads=2, warehouse=Warehouse(database=database))


def test_marts_that_lie_in_a_ducklake_are_published_as_those_of_a_file(in_a_ducklake: Settings, tmp_path: Path) -> None:
    in_a_file = Settings(home=tmp_path / "file", threads=2)
    for settings in (in_a_file, in_a_ducklake):
        small_lake.load_three_days(settings)
        build.publish_built(settings, log=lambda _: None)
        small_lake.load(settings, small_lake.after(1))
        build.publish_built(settings, log=lambda _: None)
    assert not in_a_ducklake.paths.warehouse.exists()
    found = compare(in_a_file.paths.published_db, in_a_ducklake.paths.published_db, contracts(build.parse()))
    assert (found.marts > 40, found.rows > 2000, found.differences) == (True, True, {})


@pytest.mark.parametrize("database", ["md:elsewhere", "ducklake:metadata.ducklake", "warehouse.duckdb"])
def test_a_catalogue_of_another_name_than_the_models_ask_for_is_refused(database: str, tmp_path: Path) -> None:
    (tmp_path / "tidemark.toml").write_text(f'[warehouse]\ndatabase = "{database}"\n')
    with pytest.raises(SettingsError, match=r"^warehouse\.database: "):
        load(tmp_path)
