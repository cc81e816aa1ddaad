"""A home, settings for it, and the small dbt project, copied and parsed once."""

import os
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.settings import Settings
from orchestration.warehouse import build

_FOLDER = tempfile.TemporaryDirectory(prefix="tidemark-small-project-")
_PROJECT = Path(_FOLDER.name) / "small_project"
shutil.copytree(Path(__file__).parent / "small_project", _PROJECT, ignore=shutil.ignore_patterns("target"))
# Before a module of the tests loads the pipeline, which reads it once.
os.environ["SMALL_PROJECT"] = str(_PROJECT)


@pytest.fixture(scope="session")
def small_project() -> Path:
    build.parse(_PROJECT)
    return _PROJECT


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", threads=2, first_day=date(2026, 1, 1))


@pytest.fixture
def overrides(small_project: Path) -> dict[str, Any]:
    from small_pipeline import OVERRIDES

    return {**OVERRIDES, "project": small_project}
