"""One warehouse with every scenario in it, each on days of its own: building once is most of what these tests cost."""

from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from tests.dbt.lake import Lake
from tests.dbt.scenarios import (
    basis,
    contracts,
    coverage,
    leverage,
    liquidations,
    market_cap,
    market_index,
    orders,
    prices,
    volatility,
)

SCENARIOS = (liquidations, contracts, basis, market_cap, market_index, prices, leverage, coverage, volatility, orders)


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Built once for all workers; tests only read it."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if root.name.startswith("popen-") else root
    lake = Lake(root / "dbt-scenarios")
    with FileLock(root / ".dbt-scenarios"):
        if not (root / "dbt-scenarios-built").exists():
            for scenario in SCENARIOS:
                scenario.fill(lake)
            lake.build(sorted(_days(lake)))
            (root / "dbt-scenarios-built").touch()
    return lake


@pytest.fixture
def empty_lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


def _days(lake: Lake) -> set[date]:
    folders = lake.settings.paths.lake.glob("*/*/day=*")
    return {date.fromisoformat(folder.name.removeprefix("day=")) for folder in folders}
