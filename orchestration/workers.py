"""Runs on several hosts: those that end with the lake go to others, by a launcher of Dagster's; all else stays here.

What a run lands it puts into the object store, so any host may do it. What it builds, publishes and sends is on the disk of
the one host that does so.
"""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from dagster import DagsterRun, Field
from dagster._config import UserConfigSchema
from dagster._core.launcher import CheckRunHealthResult, LaunchRunContext, RunLauncher, WorkerStatus
from dagster._serdes import ConfigurableClassData

from orchestration.jobs import LAND_JOB, LANDED
from orchestration.run_launcher import PulsedEventLogStorage, WatchedRunLauncher


class LandingOnWorkers(WatchedRunLauncher):
    """The launcher of this host before one that starts runs on others; named in `dagster.yaml`."""

    def __init__(self, workers: Mapping[str, Any], inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(inst_data)
        self._named = workers

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        """The other launcher, as Dagster's own settings file names one."""
        return {"workers": {"module": str, "class": str, "config": Field(dict, is_required=False)}}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "LandingOnWorkers":
        """What the stock class does, but of this class."""
        return cls(config_value["workers"], inst_data)

    def launch_run(self, context: LaunchRunContext) -> None:
        """Start a run here or there."""
        if _is_landing(context.dagster_run):
            self._workers.launch_run(context)
        else:
            super().launch_run(context)

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """By the run's pulse; where the log shows none, a run elsewhere is looked after by the launcher that started it."""
        if isinstance(self._instance.event_log_storage, PulsedEventLogStorage):
            return super().check_run_worker_health(run)
        if _is_landing(run):
            return self._workers.check_run_worker_health(run)
        return CheckRunHealthResult(WorkerStatus.RUNNING)

    def terminate(self, run_id: str) -> bool:
        """Stop a run where it is done."""
        run = self._instance.get_run_by_id(run_id)
        if run and _is_landing(run):
            return self._workers.terminate(run_id)
        return bool(super().terminate(run_id))  # type: ignore[no-untyped-call]

    @cached_property
    def _workers(self) -> RunLauncher:
        """Made on first use: it may look for a cluster that only some processes of this host are in."""
        config = json.dumps(self._named.get("config", {}))
        launcher = ConfigurableClassData(self._named["module"], self._named["class"], config).rehydrate()
        assert isinstance(launcher, RunLauncher)
        launcher.register_instance(self._instance)
        return launcher


def _is_landing(run: DagsterRun) -> bool:
    """Whether a run ends with the lake."""
    selected = run.asset_selection
    return run.job_name == LAND_JOB or bool(selected and all(key.path[0] in LANDED for key in selected))
