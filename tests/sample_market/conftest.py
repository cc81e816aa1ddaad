from datetime import date
from pathlib import Path

import pytest

from orchestration.sample_market import write


@pytest.fixture(scope="session")
def event_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All assets, from the wave before the event to the day after it."""
    archive = tmp_path_factory.mktemp("event")
    write(archive, first_day=date(2026, 1, 29), last_day=date(2026, 2, 1))
    return archive


@pytest.fixture(scope="session")
def impaired_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three assets around the impaired day."""
    archive = tmp_path_factory.mktemp("impaired")
    write(archive, first_day=date(2026, 1, 7), last_day=date(2026, 1, 9), assets=("BTC", "SOL", "XRP"))
    return archive
