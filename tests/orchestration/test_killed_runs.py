"""A run whose process was killed ends as failed and keeps nothing; one that lives is left alone."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dagster import DagsterInstance, DagsterRunStatus
from dagster._core.launcher import WorkerStatus
from monitoring import look_after_runs
from small_pipeline import fetch_days
from test_run_days import day, totals

from orchestration import dagster_home
from orchestration.pipeline import run_days
from orchestration.settings import Settings

KILLED = """
import os, signal, sys
from pathlib import Path
from small_pipeline import OVERRIDES
from test_run_days import day
from orchestration.pipeline import run_days
from orchestration.settings import Settings
settings = Settings(home=Path(sys.argv[1]), threads=2, first_day=day(1))
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
run_days(settings, day(1), day(2), print, {**OVERRIDES, "land_day": die})
"""


def kill_a_run(settings: Settings) -> None:
    paths = os.pathsep.join([str(Path(__file__).parents[2]), str(Path(__file__).parent)])
    environment = {**os.environ, "PYTHONPATH": paths}
    done = subprocess.run([sys.executable, "-c", KILLED, str(settings.home)], check=False, env=environment)
    assert done.returncode == -signal.SIGKILL


def shown(settings: Settings) -> list[Path]:
    """What runs left where they show that they live."""
    return list((settings.paths.dagster / "alive").iterdir())


def look(instance: DagsterInstance) -> list[DagsterRunStatus]:
    """How all runs stand once the daemon has looked."""
    look_after_runs(instance)
    return [run.status for run in instance.get_runs()]


def test_a_killed_run_ends_as_failed_keeps_no_slot_and_the_next_goes_through(
    settings: Settings, overrides: dict[str, Any]
) -> None:
    kill_a_run(settings)
    with dagster_home.instance(settings) as instance:
        assert [run.status for run in instance.get_runs()] == [DagsterRunStatus.STARTED]
        assert look(instance) == [DagsterRunStatus.FAILURE]
        assert instance.event_log_storage.get_concurrency_keys() == set()
        assert instance.event_log_storage.get_pool_limits() == []
        assert shown(settings) == []
    assert run_days(settings, day(1), day(2), print, overrides).success
    assert totals(settings) == [(day(1), 1, 0), (day(2), 2, 1)]


def test_a_run_that_goes_on_is_left_alone(settings: Settings, overrides: dict[str, Any]) -> None:
    felt = []

    def watched(settings: Settings, source: str, days: Any, log: Callable[[str], None]) -> Any:
        if not felt:
            with dagster_home.instance(settings) as instance:
                felt.extend(instance.run_launcher.check_run_worker_health(run).status for run in instance.get_runs())
                assert look(instance) == [DagsterRunStatus.STARTED]
        return fetch_days(settings, source, days, log)

    assert run_days(settings, day(1), day(1), print, {**overrides, "fetch_days": watched}).success
    assert felt == [WorkerStatus.RUNNING]
    assert shown(settings) == []
