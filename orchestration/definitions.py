"""What Dagster loads, assembled: no network, no database, no dbt parse happens here.

`defs` is made on first use, so that importing this module for `build_defs` reads no settings.
"""

import gc
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

from dagster import BetaWarning, Definitions, ExecutorDefinition, in_process_executor

from orchestration.assets.alerts import alerts_assets
from orchestration.assets.dumps import dumps_assets
from orchestration.assets.lake import lake_assets
from orchestration.assets.mirror import mirror_assets
from orchestration.assets.recaps import recap_assets
from orchestration.assets.warehouse import warehouse_assets
from orchestration.checks import CHECKS
from orchestration.look import dress
from orchestration.partitions import days_of
from orchestration.privacy import guard
from orchestration.resources import Work
from orchestration.retention import retention, retention_job
from orchestration.schedules import daily_job, land_job, monthly, nightly
from orchestration.sensors import failed_runs, late_dumps
from orchestration.settings import Executor, Settings, load


def build_defs(settings: Settings, overrides: Mapping[str, Any] | None = None) -> Definitions:
    """Assemble the definitions for one home; `overrides` replaces fields of `resources.Work`.

    Raises BuildError if the dbt manifest, which `make setup` makes, is missing.
    """
    dress(settings)
    work = replace(Work(settings), **(overrides or {}))
    days = days_of(settings)
    job = daily_job()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BetaWarning)  # backfill policies, at every asset
        assets = [
            *dumps_assets(days),
            *lake_assets(days),
            *warehouse_assets(days, work),
            *recap_assets(days),
            *alerts_assets(days),
            *(mirror_assets(days) if settings.is_mirrored else []),
        ]
    return Definitions(
        assets=assets,
        asset_checks=CHECKS,
        jobs=[job, land_job(), retention_job],
        schedules=[nightly(work, job), monthly(settings, job), retention(settings)],
        sensors=[late_dumps(work, job), failed_runs(work)],
        resources={"work": work},
        executor=_executor(settings.dagster.executor),
    )


def _executor(named: Executor) -> ExecutorDefinition:
    """By default in one process, as each further one costs about 5 s."""
    if named == Executor():
        return in_process_executor
    from orchestration.plugins import checked

    executor: ExecutorDefinition = checked("dagster.executor", named)
    return executor.configured(named.config)


@cache
def _defs() -> Definitions:
    settings = load()
    guard(settings)
    with _modules_set_aside():
        return build_defs(settings)


@contextmanager
def _modules_set_aside() -> Iterator[None]:
    """What the imports made stays anyway; to look through it for garbage takes as long as making the definitions."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def __getattr__(name: str) -> Any:
    if name == "defs":
        return _defs()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), "defs"]
