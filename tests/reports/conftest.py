"""Published databases, facts and recaps of hand-made days; each is made once per session."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from reports.facts import FactStore, gather
from tests.reports.published import DAY, MARKETS, Market


@pytest.fixture(scope="session")
def publish(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Market], Path]:
    """Write the database of a market into a folder of its own."""

    def write(market: Market) -> Path:
        return market.write(tmp_path_factory.mktemp("published") / "tidemark.duckdb")

    return write


@pytest.fixture(scope="session")
def facts(publish: Callable[[Market], Path]) -> Callable[[Market], FactStore]:
    """Gather the facts of a market."""
    read: dict[str, FactStore] = {}

    def once(market: Market) -> FactStore:
        if repr(market) not in read:
            with duckdb.connect(str(publish(market)), read_only=True) as db:
                read[repr(market)] = gather(db, market.day)
        return read[repr(market)]

    return once


@pytest.fixture(scope="session")
def event(facts: Callable[[Market], FactStore]) -> FactStore:
    """Facts of the event day."""
    return facts(MARKETS["event"])


@pytest.fixture(scope="session")
def written(publish: Callable[[Market], Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The event day's database and recaps folder."""
    from reports.recap import write_recap

    published, recaps = publish(MARKETS["event"]), tmp_path_factory.mktemp("recaps")
    write_recap(published, recaps, DAY)
    return published, recaps
