"""The demonstration: a simulated market written as dumps, loaded like any other, its event day told."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from threading import Thread

from orchestration.pipeline import run_days
from orchestration.sample_market import write
from orchestration.settings import Settings


def run_demo(settings: Settings, say: Callable[[str], None]) -> Path:
    """Write the market below the home, backfill all its days in one run, and give the event day's page."""
    archive = settings.home / "sample-market"
    Thread(target=_import_ahead, daemon=True).start()
    say(f"Writing a simulated market into {archive}")
    market = write(archive, say)
    say(f"Loading {market.first_day} to {market.last_day}")
    outcome = run_days(settings.model_copy(update={"archive": str(archive)}), market.first_day, market.last_day, say)
    if not outcome.success:
        raise RuntimeError(outcome.message)
    return settings.paths.recaps / str(market.event_day) / "index.html"


def _import_ahead() -> None:
    """Import while worker processes simulate: Dagster and dbt take about 8 s, which the market's making hides."""
    for module in ("orchestration.definitions", "dbt.cli.main", "dbt.adapters.duckdb"):
        import_module(module)
