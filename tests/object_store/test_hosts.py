"""Processes with a home each, a store and a PostgreSQL between them: two land side by side, one is killed, a third builds."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from dagster import RunsFilter
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_START_TAG

from orchestration import dagster_home
from orchestration.settings import load
from tests.conftest import TIDEMARK, SmallHome
from tests.deploy import server as postgresql
from tests.object_store.servers import Server
from tests.orchestration.monitoring import look_after_runs

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(tmp_path: Path, server: Server, postgres: postgresql.Server, small_home: SmallHome) -> Start:
    """`tidemark backfill` on a host of that name."""

    def start(host: str, first: date, last: date, *more: str) -> "subprocess.Popen[bytes]":
        home = tmp_path / host
        home.mkdir(exist_ok=True)
        (home / "tidemark.toml").write_text(server.toml(lake=True) + postgres.toml)
        where = ["--home", str(home), "--archive", str(small_home.archive)]
        command = [str(TIDEMARK), *where, "backfill", "--from", str(first), "--to", str(last), *more]
        return subprocess.Popen(command, env={**os.environ, **postgres.environment}, stdout=subprocess.DEVNULL)

    return start


@pytest.mark.parametrize("server", ["s3"], indirect=True)
def test_what_two_hosts_land_and_a_third_builds_is_what_one_makes_alone(
    start: Start, tmp_path: Path, server: Server, postgres: postgresql.Server, small_home: SmallHome
) -> None:
    last = small_home.day
    first = last - timedelta(days=1)
    one, two = start("one", first, first, "--land-only"), start("two", last, last, "--land-only")
    while not any(re.fullmatch(rf"{last}/[\w-]+\.json", name) for name in server.names("lake")):
        assert two.poll() is None
        time.sleep(0.01)
    assert seen_from(tmp_path / "elsewhere", postgres, last) == ["STARTED"]
    two.send_signal(signal.SIGKILL)
    assert (one.wait(), two.wait()) == (0, -signal.SIGKILL)
    assert seen_from(tmp_path / "elsewhere", postgres, last) == ["FAILURE"]
    assert start("two", last, last, "--land-only").wait() == 0
    assert start("builder", first, last, "--offline").wait() == 0

    builder = tmp_path / "builder"
    assert not list((builder / "dumps").glob("*/**/*.zip"))
    for made in ("lake/**/*.parquet", "recaps/*/index.html", "recaps/*/facts.json", "recaps/*/email.eml"):
        assert _bytes(builder, made) == _bytes(small_home.home, made) != {}
    assert "SUCCESS|3" in postgres.ask("select status, count(*) from runs group by 1")


def seen_from(home: Path, postgres: Server, day: date) -> list[str]:
    """How the runs of a day stand once the daemon of another host has looked after them."""
    at = {"host": "127.0.0.1", "port": postgres.port, "password": postgres.password}
    with dagster_home.instance(load(home, postgres=at)) as instance:
        look_after_runs(instance)
        runs = instance.get_runs(RunsFilter(tags={ASSET_PARTITION_RANGE_START_TAG: str(day)}))
        return [run.status.name for run in runs]


def _bytes(home: Path, pattern: str) -> dict[str, bytes]:
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in sorted(home.glob(pattern))}
