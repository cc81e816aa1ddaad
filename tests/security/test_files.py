"""What a home shows to others on its machine."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.privacy import guard
from orchestration.settings import Settings

OPENED = ("published", "recaps", "lake")
CLOSED = ("dumps", "inbox", "build", "dagster", "mail", "alerts")


@pytest.fixture(autouse=True)
def same_umask_afterwards() -> Iterator[None]:
    before = os.umask(0o022)
    os.umask(0o022)
    yield
    os.umask(before)


def a_home(home: Path, readable_by: str) -> Settings:
    """Guarded, filled, and guarded again, as two runs do it."""
    home.mkdir(exist_ok=True)
    settings = Settings.model_validate({"home": home, "readable_by": readable_by})
    guard(settings)
    (home / "tidemark.toml").touch()
    for name in (*OPENED, *CLOSED):
        (home / name / "part").mkdir(parents=True, exist_ok=True)
        (home / name / "part" / "file").write_text("x")
    guard(settings)
    return settings


def modes(home: Path) -> dict[str, int]:
    return {str(path.relative_to(home)): path.stat().st_mode & 0o777 for path in [home, *home.rglob("*")]}


def test_a_home_is_its_owner_s_alone(tmp_path: Path) -> None:
    a_home(tmp_path / "home", "owner")
    assert not [name for name, mode in modes(tmp_path / "home").items() if mode & 0o077]


@pytest.mark.parametrize(("readable_by", "bits"), [("group", 0o050), ("everyone", 0o055)])
def test_what_is_published_is_opened_if_asked_and_nothing_else(readable_by: str, bits: int, tmp_path: Path) -> None:
    a_home(tmp_path / "home", readable_by)
    found = modes(tmp_path / "home")
    assert found["."] == 0o700 | bits & 0o011
    for name in OPENED:
        assert (found[name], found[f"{name}/part/file"]) == (0o700 | bits, 0o600 | bits & 0o044)
    assert {found[name] for name in CLOSED} == {0o700}
    assert found["tidemark.toml"] == 0o600


def test_what_was_closed_is_opened_and_closed_again(tmp_path: Path) -> None:
    a_home(tmp_path / "home", "owner")
    guard(Settings(home=tmp_path / "home", readable_by="everyone"))
    assert modes(tmp_path / "home")["lake/part/file"] == 0o644
    guard(Settings(home=tmp_path / "home"))
    assert {modes(tmp_path / "home")[name] for name in OPENED} == {0o700}
