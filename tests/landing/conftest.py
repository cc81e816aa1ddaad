from pathlib import Path

import pytest

from orchestration.settings import Settings
from tests.landing.kit import Lab


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    archive = tmp_path / "archive"
    archive.mkdir()
    return Lab(archive, Settings(home=tmp_path / "home", archive=str(archive), threads=2, assets=("BTC",)))
