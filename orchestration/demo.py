"""The demonstration: a simulated market written as dumps, loaded like any other, its event day and the weeks around it told."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from threading import Thread

from orchestration.pipeline import RunOutcome, run_days
from orchestration.sample_market import write
from orchestration.settings import Settings

TOLD_DAYS = 28
"""The event, the squeeze and the impaired day are among them. A recap takes a third of a second on four cores, and the
whole demonstration shall take no more than a minute and a half."""


def run_demo(settings: Settings, say: Callable[[str], None]) -> Path:
    """Write the market below the home, backfill all its days in one run, and give the event day's page."""
    archive = settings.home / "sample-market"
    Thread(target=_import_ahead, daemon=True).start()
    say(f"Writing a simulated market into {archive}")
    market = write(archive, say)
    simulated = settings.model_copy(update={"archive": str(archive)})
    say(f"Loading {market.first_day} to {market.last_day}")
    _done(run_days(simulated, market.first_day, market.last_day, say, part="load"))
    told_from = market.last_day - timedelta(days=TOLD_DAYS - 1)
    say(f"Telling {told_from} to {market.last_day}; for earlier days materialize `recap` in the UI")
    _done(run_days(simulated, told_from, market.last_day, say, part="tell"))
    return settings.paths.recap_page(market.event_day)


def _done(outcome: RunOutcome) -> None:
    if not outcome.success:
        raise RuntimeError(outcome.message)


def _import_ahead() -> None:
    """Import while worker processes simulate: Dagster and dbt take about 8 s, which the market's making hides."""
    for module in ("orchestration.definitions", "dbt.cli.main", "dbt.adapters.duckdb"):
        import_module(module)
