"""Dagster's folder in a home, and its tables there or in a database."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from orchestration import services
from orchestration.settings import load
from tests.deploy.server import Server

_OPEN = """
import json, sys, time
import dagster, dagster_postgres, orchestration.postgres_event_log
from sqlalchemy import Table, event
from orchestration import dagster_home
from orchestration.settings import load

made = []

@event.listens_for(Table, "before_create")
def slowly(table, *_, **__):
    made.append(table.name)
    time.sleep(0.05)

print("ready", flush=True)
sys.stdin.readline()
with dagster_home.instance(load(sys.argv[1])) as instance:
    print(json.dumps([instance.get_runs_count(), made]))
"""


def opened_at_once(homes: Sequence[Path], variables: Mapping[str, str]) -> list[list[str]]:
    """Open each in a process of its own, all beginning together; the tables that each made."""
    environment = {**os.environ, **variables}
    with ExitStack() as closing:
        processes = [
            closing.enter_context(
                Popen([sys.executable, "-c", _OPEN, home], stdin=PIPE, stdout=PIPE, text=True, env=environment)
            )
            for home in homes
        ]
        assert [said(process) for process in processes] == ["ready\n"] * len(processes)
        for process in processes:
            assert process.stdin
            print(file=process.stdin, flush=True)
        found = [json.loads(said(process)) for process in processes]
    assert [n_runs for n_runs, _ in found] == [0] * len(homes)
    return [made for _, made in found]


def said(process: "Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline()


def test_processes_that_open_a_fresh_home_at_once_do_not_break_each_other(tmp_path: Path) -> None:
    first, *others = sorted(opened_at_once([tmp_path] * 4, {}), reverse=True)
    assert "event_logs" in first
    assert others == [[]] * 3


def test_hosts_that_open_a_fresh_database_at_once_do_not_break_each_other(tmp_path: Path, postgres: Server) -> None:
    postgres.run("createdb", "fresh")
    homes = [tmp_path / host for host in "abcd"]
    for home in homes:
        home.mkdir()
        (home / "tidemark.toml").write_text(f'{postgres.toml}database = "fresh"\n', encoding="utf-8")
    first, *others = sorted(opened_at_once(homes, postgres.environment), reverse=True)
    assert "event_logs" in first
    assert others == [[]] * 3


@pytest.mark.parametrize("service", ["webserver", "daemon"])
def test_a_service_may_be_the_first_to_meet_a_home(tmp_path: Path, service: services.Service) -> None:
    (file,) = (
        Path(word)
        for word in services.arguments(load(tmp_path), service, "127.0.0.1", 3000, ("127.0.0.1", 4000))
        if word.endswith("workspace.yaml")
    )
    assert "port: 4000" in file.read_text(encoding="utf-8")
