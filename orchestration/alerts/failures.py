"""A failed run as an alert: which days, which assets, why, and what to do next."""

import os
from collections.abc import Sequence

from dagster import DagsterRun
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
)

from orchestration.alerts.message import Alert, without
from orchestration.alerts.sent import send_once
from orchestration.settings import Settings

_SECRETS = ("PASSWORD", "SECRET", "TOKEN", "_KEY")
_LONGEST = 2_000


def alert_failure(settings: Settings, run: DagsterRun, reasons: Sequence[str]) -> list[str]:
    """Tell of a failed run once per channel; returns the channels. Raises AlertError where one did not take it."""
    return send_once(
        settings, f"failed {run.run_id}", failure(run, [without(_secrets(settings), why) for why in reasons])
    )


def failure(run: DagsterRun, reasons: Sequence[str]) -> Alert:
    """What is said of it."""
    days = _days(run)
    lines = (
        f"Run {run.run_id} ({run.job_name}) of {days} failed.",
        "",
        *(reason[:_LONGEST] for reason in reasons),
        "",
        "What is published stays as it was. Mend the cause, then choose Re-execute from failure on the run's page,",
        f"or `tidemark run --day {days.partition(' ')[0]}`. `tidemark doctor` looks for causes outside the data.",
    )
    fields = {
        "run": run.run_id,
        "job": run.job_name,
        "days": days,
        "reasons": [reason[:_LONGEST] for reason in reasons],
    }
    return Alert("run_failed", f"run of {days} failed", lines, fields)


def _days(run: DagsterRun) -> str:
    first, last = run.tags.get(ASSET_PARTITION_RANGE_START_TAG), run.tags.get(ASSET_PARTITION_RANGE_END_TAG)
    if first and last and first != last:
        return f"{first} to {last}"
    return first or run.tags.get(PARTITION_NAME_TAG) or run.job_name


def _secrets(settings: Settings) -> list[str]:
    """What must leave by no channel, longest first, so that one that holds another goes whole."""
    own = [secret.get_secret_value() for secret in (settings.mail.password, settings.alerts.secret) if secret]
    keys = [value for name, value in os.environ.items() if name.upper().endswith(_SECRETS) and len(value) >= 6]
    return sorted({*own, *keys} - {""}, key=len, reverse=True)
