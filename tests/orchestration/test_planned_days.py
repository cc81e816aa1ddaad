"""What a run plans is told once and stored by day."""

from pathlib import Path

from dagster import DagsterInstance
from planning import known_after_a_broken_run

from orchestration import dagster_home
from orchestration.settings import Settings


def test_the_tables_are_those_of_the_stock_class_which_is_told_of_each_day(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "stock").mkdir()
    with DagsterInstance.from_config(str(tmp_path / "stock")) as stock, dagster_home.instance(settings) as ours:
        known = known_after_a_broken_run(ours)
        assert known == known_after_a_broken_run(stock)
        (run,) = ours.get_runs()
        planned = [entry for entry in ours.all_logs(run.run_id) if "intends to materialize" in (entry.message or "")]
    assert known["failed"] == ["2026-01-03", "2026-01-04", "2026-01-05"]
    assert known["done"] == []
    assert len(planned) == 3
