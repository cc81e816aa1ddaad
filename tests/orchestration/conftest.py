"""A home, settings for it, and the small dbt project, copied and parsed once."""

import os
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.settings import Settings
from orchestration.warehouse import build


@pytest.fixture(scope="session")
def small_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("dbt") / "small_project"
    # What a module loaded before this one takes for the project has to be parsed too.
    build.parse(Path(__file__).parent / "small_project")
    shutil.copytree(Path(__file__).parent / "small_project", project, ignore=shutil.ignore_patterns("target"))
    build.parse(project)
    os.environ["SMALL_PROJECT"] = str(project)
    return project


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", threads=2, first_day=date(2026, 1, 1))


@pytest.fixture
def overrides(small_project: Path) -> dict[str, Any]:
    from small_pipeline import OVERRIDES

    return {**OVERRIDES, "project": small_project}
