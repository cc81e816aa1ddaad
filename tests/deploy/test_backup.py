"""A home is copied, lost and restored by the commands that docs/deploy.md gives, and is what it was."""

import re
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest
from dagster import AssetKey

from orchestration import dagster_home
from orchestration.settings import load
from tests.conftest import Run, SmallHome

DOCS = (Path(__file__).parents[2] / "docs/deploy.md").read_text(encoding="utf-8")


def do(section: str, home: Path, backup: Path) -> None:
    """The commands of a section, on folders of the test's."""
    found = re.search(rf"^## {section}$.*?^```sh\n(.*?)^```", DOCS, re.MULTILINE | re.DOTALL)
    assert found
    commands = found[1].replace("/var/lib/tidemark", str(home)).replace("/srv/backup", str(backup))
    assert str(home) in commands
    assert str(backup) in commands
    subprocess.run(["sh", "-euc", commands], check=True)


def content(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def tables(home: Path) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(load(home).paths.published_db), read_only=True) as db:
        names = db.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
        return {
            f"{schema}.{name}": db.execute(f'select * from {schema}."{name}" order by all').fetchall()
            for schema, name in names
        }


def history(home: Path) -> tuple[list[tuple[str, str]], set[str], int]:
    with dagster_home.instance(load(home)) as instance:
        runs = instance.get_runs()
        told = instance.get_materialized_partitions(AssetKey("recap"))
        n_events = sum(len(instance.all_logs(run.run_id)) for run in runs)
        return [(run.run_id, run.status.value) for run in runs], told, n_events


@pytest.fixture
def home(small_home: SmallHome, tmp_path: Path) -> Path:
    shutil.copytree(small_home.home, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


def test_a_restored_home_is_the_original_and_goes_on(
    home: Path, small_home: SmallHome, run: Run, tmp_path: Path
) -> None:
    before = history(home), tables(home), content(home)
    (tmp_path / "backup").mkdir()
    do("Backup", home, tmp_path / "backup")
    shutil.rmtree(home)
    do("Restore", home, tmp_path / "backup")
    assert content(home) == before[2]
    assert (history(home), tables(home)) == before[:2]
    assert before[0][1] == {"2026-01-30", "2026-01-31"}
    assert before[1]["marts.liquidations_market_daily"]
    assert run("verify", "--day", small_home.day, "--home", home).returncode == 0
