"""The units and the container's files: what systemd makes of them, and that nothing is more open than it says."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

REPOSITORY = Path(__file__).parents[2]
DEPLOY = REPOSITORY / "deploy"
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


def test_the_image_is_built_of_the_project_alone() -> None:
    """Not of the secrets beside the compose file, for one, nor of a home that lies in the checkout."""
    _, everything, *lines = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert everything == "*"
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    of_the_project = {project["project"]["readme"], *project["project"]["license-files"], *packages}
    let_in = {line[1:] for line in lines if line.startswith("!")}
    assert let_in == {*of_the_project, "Makefile", "pyproject.toml", "requirements"}


def test_the_image_has_the_extras_and_all_that_they_want() -> None:
    """They are pinned without what they want, which the runtime's pins have to hold then."""
    recipe = (DEPLOY / "container" / "Containerfile").read_text(encoding="utf-8").replace("\\\n", "")
    (targets,) = re.findall(r"^RUN make ([^&]*)", recipe, re.MULTILINE)
    make = ["make", "--dry-run", "--what-if=requirements/extras.txt", *targets.split()]
    steps = subprocess.run(make, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout.splitlines()
    (install,) = [step for step in steps if "-r requirements/extras.txt" in step]
    assert {"--require-hashes", "--no-deps"} <= set(install.split())

    extras = _pinned("extras")
    wanted = [Requirement(line) for name in extras for line in requires(name) or ()]
    names = {each.name for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})}
    assert names - extras - _pinned("runtime") == set()


def _pinned(file: str) -> set[str]:
    text = (REPOSITORY / "requirements" / f"{file}.txt").read_text(encoding="utf-8")
    return set(re.findall(r"^([\w.-]+)==", text, re.MULTILINE))


def test_the_services_of_the_compose_file_are_commands_that_there_are() -> None:
    from orchestration.cli import serve

    (service, *_) = serve.params
    for each in yaml.safe_load(COMPOSE[0].read_text())["services"].values():
        name, which, *_ = each["command"]
        assert name == "serve"
        assert which in service.type.choices  # type: ignore[attr-defined]  # click states the general type alone
