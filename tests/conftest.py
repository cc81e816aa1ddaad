"""What tests of several parts share: the command, and a home that has two simulated days."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import hypothesis
import pytest
from filelock import FileLock

from orchestration.sample_market import write
from tests.deploy import server as postgres_server

# A property holds however busy the machine is; speed is measured by `make bench`.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

TIDEMARK = Path(sys.executable).with_name("tidemark")
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True)
class SmallHome:
    """The event day and the day before it, of three assets, loaded and told."""

    home: Path
    archive: Path
    day: date


def tidemark(*arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the command as a user would, with nothing of this process's settings."""
    import os

    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TIDEMARK_")}
    return subprocess.run(
        [str(TIDEMARK), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**inherited, **environment},
    )


@pytest.fixture(scope="session")
def run() -> Run:
    return tidemark


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    """Made once for all workers; tests only read it, or copy it."""
    base = tmp_path_factory.getbasetemp()
    root = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "small-home"
    found = SmallHome(root / "home", root / "archive", date(2026, 1, 31))
    root.mkdir(exist_ok=True)
    with FileLock(root / ".lock"):
        if not (root / "done").exists():
            write(
                found.archive, first_day=date(2026, 1, 30), last_day=found.day, assets=["BTC", "ETH", "SOL"], workers=1
            )
            done = tidemark(
                *("backfill", "--from", "2026-01-30", "--to", "2026-01-31"),
                *("--home", found.home, "--archive", found.archive),
            )
            assert done.returncode == 0, done.stderr
            (root / "done").touch()
    return found


@pytest.fixture(scope="module")
def postgres() -> Iterator[postgres_server.Server]:
    """A real server without any run."""
    if not postgres_server.BINARIES:
        reason = "PostgreSQL is not installed (Debian's package `postgresql`)"
        if os.environ.get("TIDEMARK_REQUIRE_POSTGRES"):
            pytest.fail(reason)
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="tidemark-pg-") as folder:
        Path(folder).chmod(0o755)  # the server's user must reach what is in it
        with postgres_server.running(Path(folder)) as found:
            yield found
