"""One planted fault per test: the doctor names it, says how to mend it, and exits with 1."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from unittest.mock import Mock

import pytest
import trustme
from click.testing import CliRunner, Result
from dagster import DagsterInstance

from orchestration import dagster_home
from orchestration.cli import tidemark
from orchestration.doctor import machine
from orchestration.settings import load
from orchestration.warehouse import build
from tests.conftest import Run, SmallHome
from tests.mail import relay
from tests.ports import free_port

LONG_AGO = time.time() - timedelta(days=3).total_seconds()


@pytest.fixture
def home(small_home: SmallHome, tmp_path: Path) -> Path:
    """A home with two days in it, whose doctor finds nothing."""
    shutil.copytree(small_home.home, tmp_path / "home", symlinks=True)
    (tmp_path / "archive").mkdir()
    write(tmp_path / "home", f'archive = "{tmp_path / "archive"}"\n')
    return tmp_path / "home"


def write(home: Path, settings: str) -> None:
    with (home / "tidemark.toml").open("a", encoding="utf-8") as file:
        file.write(settings)


def examine(home: Path) -> Result:
    return CliRunner().invoke(tidemark, ["doctor", "--home", str(home)])


def assert_named(home: Path, subject: str, state: str, remedy: str) -> None:
    """Exactly this is wrong."""
    done = examine(home)
    wrong = [line for line in done.output.splitlines() if line.startswith("WRONG")]
    assert len(wrong) == 1, done.output
    told, _, mending = wrong[0].partition(" -> ")
    assert told.startswith(f"WRONG {subject}: ")
    assert state in told
    assert remedy in mending
    assert done.exit_code == 1


def test_a_home_in_order_has_nothing_wrong(home: Path) -> None:
    done = examine(home)
    assert (done.exit_code, "WRONG" in done.output) == (0, False), done.output
    assert "ok   published: 2 days" in done.output


def test_a_home_that_cannot_be_written(home: Path) -> None:
    blocked = home / "file"
    blocked.touch()
    done = examine(blocked / "home")
    assert done.exit_code == 1
    assert f"WRONG home: {blocked / 'home'}: Not a directory -> make {blocked} a folder" in done.output


def test_a_full_disk(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_NEEDED_BYTES", shutil.disk_usage(home).total)
    assert_named(home, "disk", "GB free", "[retention]")


def test_a_full_disk_that_only_the_lake_is_on(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as elsewhere:  # a disk of its own on any Linux
        shutil.move(home / "lake", elsewhere)
        write(home, f'lake = "{elsewhere}/lake"\n')
        free = {Path(elsewhere, "lake"): 1 << 20}
        monkeypatch.setattr(shutil, "disk_usage", lambda place: Mock(free=free.get(place, 1 << 40)))
        assert_named(home, "disk", f"GB free at {elsewhere}", "[retention]")


def test_a_package_of_another_release(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(machine._VERSIONS, "duckdb", "1.4.")
    assert_named(home, "duckdb", "2.", "make setup")


def test_models_that_were_never_parsed(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(build.manifest_path, "__defaults__", (tmp_path,))
    assert_named(home, "models", "not parsed", "make setup")


def test_a_clock_that_was_turned_back(home: Path) -> None:
    later = time.time() + 7200
    os.utime(load(home).paths.published_db, (later, later))
    assert_named(home, "clock", "before the last run's files", "timedatectl")


def test_settings_that_are_no_toml(home: Path, run: Run) -> None:
    write(home, "assets = [\n")
    done = run("doctor", "--home", home)
    assert done.returncode == 2
    assert str(home / "tidemark.toml") in done.stderr


def test_a_time_zone_that_does_not_exist(home: Path) -> None:
    write(home, '[nightly]\ntimezone = "Mars/Olympus"\n')
    done = examine(home)
    assert done.exit_code != 0
    assert "IANA time zone" in str(done.exception)


def test_an_archive_folder_that_is_not_there(home: Path, tmp_path: Path) -> None:
    (tmp_path / "archive").rmdir()
    assert_named(home, "archive", str(tmp_path / "archive"), "--archive")


def test_an_archive_that_does_not_answer(home: Path) -> None:
    (home / "tidemark.toml").write_text(f'archive = "http://127.0.0.1:{free_port()}"\n', encoding="utf-8")
    assert_named(home, "archive", "ConnectError", "check the network")


@pytest.fixture
def archive_with_another_clock() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response_only(200)
            self.send_header("Date", formatdate(time.time() + 3600, usegmt=True))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_clock_that_is_wrong(home: Path, archive_with_another_clock: str) -> None:
    (home / "tidemark.toml").write_text(f'archive = "{archive_with_another_clock}"\n', encoding="utf-8")
    assert_named(home, "clock", "60 minutes before that of http", "timedatectl")


def test_a_lock_that_another_process_holds(home: Path) -> None:
    paths = load(home).paths
    hold = (
        "import sys, pathlib\nfrom orchestration.warehouse.lock import held\n"
        "with held(pathlib.Path(sys.argv[1]), 'build', print): print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, paths.build], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        assert_named(home, "lock", f"build, process {holder.pid}", "wait for that process, or end it")
    finally:
        holder.communicate("")
    assert examine(home).exit_code == 0


def test_half_written_files_of_the_past(home: Path) -> None:
    left = load(home).paths.published / ".tidemark-0123.duckdb"
    left.write_bytes(b"half")
    assert examine(home).exit_code == 0, "a run may be writing it now"
    os.utime(left, (LONG_AGO, LONG_AGO))
    assert_named(home, "leftovers", f"1 half-written files of more than a day ago, 4 bytes: {left}", "delete them")


def test_a_truncated_lake_file(home: Path) -> None:
    file = next(load(home).paths.lake.glob("candles/venue=*/day=2026-01-30/*.parquet"))
    file.write_bytes(file.read_bytes()[:-1])
    assert_named(home, "lake", str(file), "tidemark run --day 2026-01-30")


def test_a_damaged_publication(home: Path) -> None:
    path = load(home).paths.published_db
    with path.open("r+b") as file:
        file.write(b"\0" * 8192)
    assert_named(home, "published", "tidemark.duckdb", f"delete {path} and run `tidemark run`")


def test_a_relay_that_is_not_there(home: Path) -> None:
    write(home, f'[mail]\nhost = "127.0.0.1"\nport = {free_port()}\ntls = "none"\nto = ["desk@example.org"]\n')
    assert_named(home, "mail", "Connection refused", "[mail] host, port, tls and user")


def test_a_wrong_password_of_the_relay(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with relay.running("starttls", authority) as running:
        write(
            home,
            f'[mail]\nhost = "127.0.0.1"\nport = {running.smtp.port}\nuser = "{relay.USER}"\nto = ["desk@example.org"]\n',
        )
        monkeypatch.setenv("TIDEMARK_SMTP_PASSWORD", relay.PASSWORD)
        assert examine(home).exit_code == 0, examine(home).output
        monkeypatch.setenv("TIDEMARK_SMTP_PASSWORD", "wrong")
        assert_named(home, "mail", "535", "TIDEMARK_SMTP_PASSWORD")


def test_a_postgresql_that_is_not_there(home: Path) -> None:
    write(home, f'[postgres]\nhost = "127.0.0.1"\nport = {free_port()}\n')
    assert_named(home, "dagster", "Connection refused", "check that PostgreSQL runs")


def test_a_damaged_history(home: Path) -> None:
    for file in load(home).paths.dagster.rglob("runs.db"):
        file.write_bytes(b"no database" * 1000)
    assert_named(home, "dagster", "file is not a database", "from a backup")


def test_a_night_without_a_daemon(home: Path) -> None:
    write(home, "[nightly]\non = true\n")
    assert_named(home, "nightly", "on, but no daemon ever ran", "systemctl start tidemark-daemon")


def test_a_night_that_was_switched_off_in_the_ui(home: Path) -> None:
    write(home, "[nightly]\non = true\n")
    with dagster_home.instance(load(home)) as instance:
        switch_off(instance)
    assert_named(home, "nightly", "switched off in the UI", "switch the schedule `nightly` on")


def switch_off(instance: DagsterInstance) -> None:
    from dagster._core.definitions.run_request import InstigatorType
    from dagster._core.remote_origin import (
        InProcessCodeLocationOrigin,
        RemoteInstigatorOrigin,
        RemoteRepositoryOrigin,
    )
    from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, ScheduleInstigatorData
    from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

    location = InProcessCodeLocationOrigin(
        LoadableTargetOrigin(module_name="orchestration.definitions"), location_name="orchestration.definitions"
    )
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(location, "__repository__"), "nightly")
    chosen = ScheduleInstigatorData("30 6 * * *")
    instance.add_instigator_state(InstigatorState(origin, InstigatorType.SCHEDULE, InstigatorStatus.STOPPED, chosen))
