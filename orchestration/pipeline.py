"""The daily job run in this process, for the command line: the same job, instance and records as in the UI."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from orchestration import dagster_home
from orchestration.settings import Settings, SettingsError, yesterday
from orchestration.warehouse import build

Part = Literal["all", "land", "load", "tell"]


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended; `message` says what failed and on which days, and is empty when all went well."""

    run_id: str
    success: bool
    message: str = ""
    failed_days: Mapping[date, Mapping[str, str]] = field(default_factory=dict)


def run_days(
    settings: Settings,
    first: date,
    last: date,
    log: Callable[[str], None],
    overrides: Mapping[str, Any] | None = None,
    part: Part = "all",
    is_debug: bool = False,
) -> RunOutcome:
    """Run the assets for the days `first` to `last`, both included, as one run.

    `part` is all of them, those up to the lake ("land") or up to the publication ("load"), or those that tell from it
    ("tell"). With `is_debug` errors are printed with their tracebacks as they happen.

    Raises SettingsError for days that are not over or lie before `first_day`.
    """
    _check_days(settings, first, last)
    build.parse((overrides or {}).get("project", build.PROJECT))

    from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

    from orchestration.assets.window import Ledger, explain, step_errors
    from orchestration.definitions import build_defs
    from orchestration.jobs import DAILY_JOB

    job = build_defs(settings, {"tell": log, **(overrides or {})}).resolve_job_def(DAILY_JOB)
    tags = {ASSET_PARTITION_RANGE_START_TAG: str(first), ASSET_PARTITION_RANGE_END_TAG: str(last)}
    console = {"loggers": {"console": {"config": {"log_level": "ERROR" if is_debug else "CRITICAL"}}}}
    with dagster_home.instance(settings) as instance:
        result = job.execute_in_process(
            instance=instance,
            tags=tags,
            run_config=console,
            raise_on_error=False,
            asset_selection=_selection(job, part),
        )
        failed = Ledger(settings.paths.dagster, result.run_id).read()
    errors = step_errors(result.filter_events(lambda event: event.is_step_failure))
    message = "\n".join([*([explain(failed)] if failed else []), *(f"{step}: {text}" for step, text in errors.items())])
    return RunOutcome(result.run_id, result.success, "" if result.success else message, failed)


def _selection(job: Any, part: Part) -> list[Any] | None:
    from orchestration.assets.alerts import ALERTS
    from orchestration.assets.mirror import MIRROR
    from orchestration.assets.recaps import MAIL, RECAP
    from orchestration.jobs import LANDED

    keys = job.asset_layer.asset_graph.materializable_asset_keys & set(job.asset_layer.selected_asset_keys)
    telling = {RECAP, MAIL, ALERTS, MIRROR} & keys
    landing = {key for key in keys if key.path[0] in LANDED}
    return {"all": None, "land": sorted(landing), "load": sorted(keys - telling), "tell": sorted(telling)}[part]


def _check_days(settings: Settings, first: date, last: date) -> None:
    if first < settings.first_day:
        raise SettingsError(f"{first} is before first_day, {settings.first_day}")
    if last > yesterday():
        raise SettingsError(f"{last} is not over: the newest day is {yesterday()} (UTC)")
