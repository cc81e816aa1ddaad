"""An empty home, and one that has three days built at once, to be read or to go on from in a copy."""

import shutil
from pathlib import Path

import pytest

from orchestration.settings import Settings
from tests.dbt.whole_days import small_lake as lake


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", threads=2)


@pytest.fixture(scope="session")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Three days, landed first and built together. Not to be changed."""
    settings = Settings(home=tmp_path_factory.mktemp("dbt") / "home", threads=2)
    lake.load_three_days(settings)
    return settings


@pytest.fixture
def three_days(at_once: Settings, tmp_path: Path) -> Settings:
    """A copy of the three days, to be changed."""
    return copied(at_once, tmp_path / "copy")


def copied(settings: Settings, home: Path) -> Settings:
    """The same home in another place."""
    shutil.copytree(settings.home, home)
    return Settings(home=home, threads=settings.threads)
