"""Settings: which source wins, and that a wrong one is named without giving a secret away."""

from pathlib import Path

import pytest

from orchestration.settings import SettingsError, load


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TIDEMARK_HOME", "TIDEMARK_ARCHIVE", "TIDEMARK_SMTP_PASSWORD", "TIDEMARK_SMTP_PASSWORD_FILE"):
        monkeypatch.delenv(name, raising=False)


def test_arguments_win_over_the_environment_and_that_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tidemark.toml").write_text('archive = "https://file.example"\nthreads = 3\n', encoding="utf-8")
    assert load(tmp_path).archive == "https://file.example"
    monkeypatch.setenv("TIDEMARK_ARCHIVE", "https://environment.example")
    assert load(tmp_path).archive == "https://environment.example"
    assert load(tmp_path, archive="https://argument.example").archive == "https://argument.example"
    assert load(tmp_path).threads == 3


def test_a_folder_given_relative_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load("home", "mirror")
    assert settings.home == tmp_path / "home"
    assert settings.archive == str(tmp_path / "mirror")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("colour = 1\n", "colour"),
        ("threads = 0\n", "threads"),
        ('[mail]\ntls = "maybe"\n', "mail.tls"),
        ("threads = \n", "tidemark.toml"),
        ('[mail]\npassword = "hunter2"\n', "TIDEMARK_SMTP_PASSWORD"),
        ('[mail]\nsender = "a@example.org\\r\\nBcc: b@example.org"\n', "mail.sender.*line break"),
        ('[mail]\nto = ["a@example.org\\nb"]\n', "mail.to.0.*line break"),
        ('[[mail.lists]]\nname = "a b"\n', "mail.lists.0.name"),
        ('[[mail.lists]]\nname = "us"\ntimezone = "New York"\n', "mail.lists.0.timezone.*IANA"),
        ('[[mail.lists]]\nname = "us"\nunsubscribe = "stop@example.org"\n', "mail.lists.0.unsubscribe"),
        ('[mail]\nto = ["a@example.org"]\n[[mail.lists]]\nname = "daily"\n', "mail.*same name"),
        ('lake = "file:///data"\n', "lake: .*neither a folder nor s3://bucket"),
        ('published = "s3:///desk"\n', "published: .*neither a folder nor s3://bucket"),
        ('lake = "published/lake"\n', "lake and published: one is within the other"),
        ('published = "s3://desk"\nlake = "s3://desk/lake/"\n', "lake and published: one is within the other"),
    ],
)
def test_a_wrong_setting_is_named(text: str, named: str, tmp_path: Path) -> None:
    (tmp_path / "tidemark.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=named):
        load(tmp_path)


def test_the_password_comes_from_environment_or_file_and_shows_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2\n", encoding="utf-8")
    monkeypatch.setenv("TIDEMARK_SMTP_PASSWORD_FILE", str(secret))
    settings = load(tmp_path)
    assert settings.mail.password is not None
    assert settings.mail.password.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(settings) + settings.model_dump_json()


def test_a_password_file_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEMARK_SMTP_PASSWORD_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(SettingsError, match=r"TIDEMARK_SMTP_PASSWORD_FILE.*nowhere"):
        load(tmp_path)


def test_a_value_that_is_wrong_is_not_repeated_in_the_error(tmp_path: Path) -> None:
    (tmp_path / "tidemark.toml").write_text('[mail]\nport = "hunter2"\n', encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        load(tmp_path)
    assert "hunter2" not in str(error.value)
