"""Real days in one warehouse, built by whichever worker comes first; `../shared/real` stays out of the project.

A quarter of them, or with TIDEMARK_REAL_DAYS=all every day from the first to the last that has dumps.
"""

import os
from datetime import date, timedelta

import pytest
from filelock import FileLock

from orchestration.feeds.catalog import SOURCES
from orchestration.feeds.datasets import DATASETS
from orchestration.landing.fetch import fetch_days
from orchestration.landing.lake import land_day
from orchestration.settings import Settings
from tests.dbt.whole_days import small_lake as lake
from tests.real import MISSING, SHARED, write_archive

ALL = os.environ.get("TIDEMARK_REAL_DAYS") == "all"
FIRST, LAST = (date(2025, 3, 6), date(2026, 5, 22)) if ALL else (date(2025, 12, 8), date(2026, 3, 4))
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


@pytest.fixture(scope="session")
def real_market(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """All these days, landed and built by whichever worker comes first."""
    if not SHARED.exists():
        pytest.skip(MISSING)
    root = tmp_path_factory.getbasetemp().parent / "real-oracle"
    settings = Settings(home=root / "home", archive=str(root / "archive"))
    with FileLock(f"{root}.lock"):
        if not (root / "done").exists():
            write_archive(root / "archive", ("own", "coinglass", "coinmetrics", "binance", "force_orders"))
            for source in SOURCES:
                fetch_days(settings, source, DAYS, lambda _: None)
            for dataset in DATASETS:
                for day in DAYS:
                    land_day(settings, dataset, day)
            lake.load(settings, *DAYS)
            (root / "done").touch()
    return settings
