"""The units and the container's files: what systemd makes of them, and that nothing is more open than it says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMPOSE = [DEPLOY / "container" / name for name in ("compose.yaml", "compose.postgres.yaml")]
MOST_EXPOSED = 25
"""Out of 100; systemd calls 0 to 20 OK with nothing allowed, and a service of the network is at least 10 (systemd 252)."""


@pytest.fixture(scope="module")
def analyze() -> str:
    found = shutil.which("systemd-analyze")
    if not found:
        reason = "systemd-analyze is not installed (Debian's package `systemd`)"
        if os.environ.get("TIDEMARK_REQUIRE_SYSTEMD"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture
def installed(tmp_path: Path) -> list[Path]:
    """The units with the command that is here, since systemd looks if it is there."""
    here = str(Path(sys.executable).with_name("tidemark"))
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        assert "/opt/tidemark/.venv/bin/tidemark" in text
        (tmp_path / unit.name).write_text(text.replace("/opt/tidemark/.venv/bin/tidemark", here), encoding="utf-8")
    return sorted(tmp_path.glob("*.service"))


def test_systemd_has_nothing_to_say_against_the_units(analyze: str, installed: list[Path]) -> None:
    assert len(installed) == 4
    done = subprocess.run([analyze, "verify", *installed], capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "tidemark" in line]
    assert (done.returncode, said) == (0, [])


def test_the_units_are_hardened(analyze: str, installed: list[Path]) -> None:
    command = [analyze, "security", "--offline=true", f"--threshold={MOST_EXPOSED}"]
    done = subprocess.run([*command, *installed], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_is_its_own_user_and_writes_its_home_alone(unit: Path) -> None:
    lines = unit.read_text(encoding="utf-8").splitlines()
    wanted = [
        "User=tidemark",
        "NoNewPrivileges=true",
        "ProtectSystem=strict",
        "ProtectHome=true",
        "StateDirectory=tidemark",
    ]
    assert [line for line in wanted if line not in lines] == []
    assert not [line for line in lines if line.startswith("ReadWritePaths")]
    assert not [line for line in lines if re.match(r"Environment=.*(PASSWORD|SECRET|KEY)", line)]


def test_only_the_ui_is_published_and_only_to_this_machine() -> None:
    services = {
        name: service for file in COMPOSE for name, service in yaml.safe_load(file.read_text())["services"].items()
    }
    base = yaml.safe_load(COMPOSE[0].read_text())["services"]
    assert set(base) == {"code", "webserver", "daemon"}
    assert {name: service["ports"] for name, service in {**services, **base}.items() if "ports" in service} == {
        "webserver": ["127.0.0.1:3000:3000"]
    }
    for service in base.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_image_does_not_run_as_root_and_holds_no_secret() -> None:
    lines = (DEPLOY / "container" / "Containerfile").read_text(encoding="utf-8").splitlines()
    last = lines[max(n for n, line in enumerate(lines) if line.startswith("FROM")) :]
    assert "USER tidemark" in last
    assert not [line for line in lines if re.match(r"(ARG|ENV).*(PASSWORD|SECRET|KEY)", line)]
    ignored = (DEPLOY.parent / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {".git", ".venv", "data"} <= set(ignored)


def test_the_services_of_the_compose_file_are_commands_that_there_are() -> None:
    from orchestration.cli import serve

    (service, *_) = serve.params
    for each in yaml.safe_load(COMPOSE[0].read_text())["services"].values():
        name, which, *_ = each["command"]
        assert name == "serve"
        assert which in service.type.choices  # type: ignore[attr-defined]  # click states the general type alone
