"""Dagster's own queue before two Celery workers, each a host of its own: one is killed in a run, and nothing is lost."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import TIDEMARK, Run, SmallHome
from tests.deploy import server as postgresql
from tests.object_store import broker
from tests.object_store.servers import Server
from tests.orchestration.running_ui import started

WORKER = "celery -A dagster_celery.app worker -Q dagster --concurrency 1 --max-tasks-per-child 1 --disable-prefetch"
DAGSTER = """
[dagster]
days_per_run = 1
run_launcher = { module = "dagster_celery.launcher", class = "CeleryRunLauncher" }
"""


@pytest.fixture
def host(
    tmp_path: Path, server: Server, postgres: postgresql.Server, small_home: SmallHome, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Path]]:
    """The home of a host of that name; what hosts have in common is in the environment and its settings."""
    if not broker.BINARY:
        reason = "Redis is not installed (Debian's package `redis-server`)"
        if os.environ.get("TIDEMARK_REQUIRE_REDIS"):
            pytest.fail(reason)
        pytest.skip(reason)

    def host(name: str) -> Path:
        home = tmp_path / name / "home"
        home.mkdir(parents=True)
        text = f'archive = "{small_home.archive}"\nfirst_day = {small_home.day - timedelta(days=1)}\n'
        (home / "tidemark.toml").write_text(text + server.toml(lake=True) + postgres.toml + DAGSTER)
        return home

    with broker.running() as address:
        for name, value in {**postgres.environment, "CELERY_BROKER_URL": address}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("CELERY_RESULT_BACKEND", address)
        yield host


@pytest.fixture
def start() -> Iterator[Callable[[Path], "subprocess.Popen[bytes]"]]:
    """A worker on a home, in a process group that can be killed as a host dies: at once and whole."""
    with ExitStack() as stopping:

        def start(home: Path) -> "subprocess.Popen[bytes]":
            command = [str(TIDEMARK), "--home", str(home), "exec", *WORKER.split(), "-n", f"{home.parent.name}@%h"]
            with (home.parent / "worker.log").open("ab") as log:
                worker = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
            stopping.callback(kill, worker)
            return worker

        yield start


def kill(worker: "subprocess.Popen[bytes]") -> None:
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


@pytest.mark.parametrize("server", ["s3"], indirect=True)
def test_what_workers_land_and_the_host_with_the_daemon_builds_is_what_one_makes_alone(
    host: Callable[[str], Path], start: Callable[[Path], "subprocess.Popen[bytes]"], small_home: SmallHome, run: Run
) -> None:
    one, two, builder = host("one"), host("two"), host("builder")
    days = [str(small_home.day - timedelta(days=1)), str(small_home.day)]
    workers = {home: start(home) for home in (one, two)}
    with started(builder) as ui:
        landing = ui.backfill_job("land", days)
        while not (busy := [home for home in workers if list((home / "lake").rglob("*.parquet"))]):
            assert all(worker.poll() is None for worker in workers.values())
            time.sleep(0.01)
        kill(workers[busy[0]])
        start(busy[0])
        assert ui.ended(landing) == "COMPLETED_FAILED"
        assert sorted(run["status"] for run in ui.runs_of(landing)) == ["FAILURE", "SUCCESS"]
        assert ui.ended(ui.backfill_again(landing)) == "COMPLETED_SUCCESS"
    assert not (builder / "lake").exists()
    built = run("backfill", "--from", days[0], "--to", days[-1], "--home", builder, "--offline", **os.environ)
    assert built.returncode == 0, built.stderr

    assert {path.name for home in (one, two) for path in home.iterdir()} == {
        "dagster",
        "dumps",
        "lake",
        "tidemark.toml",
    }
    assert not list((builder / "dumps").glob("*/**/*.zip"))
    for made in ("lake/**/*.parquet", "recaps/*/index.html", "recaps/*/facts.json", "recaps/*/email.eml"):
        assert _bytes(builder, made) == _bytes(small_home.home, made) != {}


def _bytes(home: Path, pattern: str) -> dict[str, bytes]:
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in sorted(home.glob(pattern))}
