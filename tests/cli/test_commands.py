"""The command as a user meets it: what it prints, what it leaves behind, and its exit codes."""

import gzip
import json
import re
import shutil
import zipfile
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.conftest import Run, SmallHome
from tests.mail.relay import running


@pytest.fixture
def own_copy(small_home: SmallHome, tmp_path: Path) -> SmallHome:
    """A home that the test may change."""
    shutil.copytree(small_home.home, tmp_path / "home", symlinks=True)
    return SmallHome(tmp_path / "home", small_home.archive, small_home.day)


def test_a_backfill_tells_every_day_of_the_range(small_home: SmallHome) -> None:
    for day in ("2026-01-30", "2026-01-31"):
        assert {"index.html", "email.eml", "facts.json", "claims.json"} <= {
            path.name for path in (small_home.home / "recaps" / day).iterdir()
        }
    index = (small_home.home / "recaps" / "index.html").read_text(encoding="utf-8")
    assert "2026-01-30/index.html" in index
    assert "2026-01-31/index.html" in index


def test_the_published_recap_verifies(small_home: SmallHome, run: Run) -> None:
    done = run("verify", "--day", small_home.day, "--home", small_home.home)
    assert done.returncode == 0, done.stderr
    assert int(re.search(r"(\d+) checks hold", done.stdout)[1]) > 500  # type: ignore[index]


def test_one_changed_number_in_the_page_does_not_verify(own_copy: SmallHome, run: Run) -> None:
    page = own_copy.home / "recaps" / str(own_copy.day) / "index.html"
    text = page.read_text(encoding="utf-8")
    changed = re.sub(r"(<p[^>]*>[^$]*\$)(\d)", lambda found: found[1] + str((int(found[2]) + 1) % 10), text, count=1)
    assert changed != text
    page.write_text(changed, encoding="utf-8")
    done = run("verify", "--day", own_copy.day, "--home", own_copy.home)
    assert done.returncode == 1
    assert "is no fact" in done.stderr or "is not how" in done.stderr


def test_rendering_again_gives_the_same_bytes(own_copy: SmallHome, run: Run) -> None:
    folder = own_copy.home / "recaps" / str(own_copy.day)
    before = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    shutil.rmtree(folder)
    assert run("recap", "--day", own_copy.day, "--home", own_copy.home).returncode == 0
    assert {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_running_a_day_again_changes_neither_lake_nor_recap(own_copy: SmallHome, run: Run) -> None:
    def content() -> dict[Path, bytes]:
        found = [*(own_copy.home / "lake").rglob("*.parquet"), *(own_copy.home / "recaps").glob("2*/*.*")]
        return {path: path.read_bytes() for path in found}

    before = content()
    done = run("run", "--day", own_copy.day, "--home", own_copy.home, "--archive", own_copy.archive)
    assert done.returncode == 0, done.stderr
    assert content() == before


def test_lake_and_publication_may_lie_elsewhere(small_home: SmallHome, run: Run, tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "disk"
    home.mkdir()
    (home / "tidemark.toml").write_text(f'lake = "{elsewhere}/lake"\npublished = "../disk/published"\n')
    (home / "dumps").symlink_to(small_home.home / "dumps")
    first = small_home.day - timedelta(days=1)
    days = ["--from", first, "--to", small_home.day]
    done = run("backfill", *days, "--home", home, "--archive", small_home.archive, "--offline")
    assert done.returncode == 0, done.stderr
    assert not {"lake", "published"} & {path.name for path in home.iterdir()}
    for place in ("lake", "published"):
        names = [path.relative_to(small_home.home / place) for path in (small_home.home / place).rglob("*.parquet")]
        assert names
        for name in names:
            assert (elsewhere / place / name).read_bytes() == (small_home.home / place / name).read_bytes()
    done = run("verify", "--day", small_home.day, "--home", home)
    assert done.returncode == 0, done.stderr


def test_a_simulated_archive_marks_page_mail_and_facts(small_home: SmallHome) -> None:
    folder = small_home.home / "recaps" / str(small_home.day)
    assert "Simulated data" in (folder / "index.html").read_text(encoding="utf-8")
    assert json.loads((folder / "facts.json").read_text(encoding="utf-8"))["simulated"] is True
    assert message_from_bytes((folder / "email.eml").read_bytes())["Subject"].startswith("Simulated")


def test_sending_talks_to_the_relay_once_per_day_and_list(own_copy: SmallHome, run: Run) -> None:
    import trustme

    with running("none", trustme.CA()) as relay:
        settings = f'[mail]\nhost = "127.0.0.1"\nport = {relay.smtp.port}\ntls = "none"\nto = ["desk@example.org"]\n'
        (own_copy.home / "tidemark.toml").write_text(settings, encoding="utf-8")
        command = ("send", "--day", own_copy.day, "--home", own_copy.home)
        assert "nothing sent" in run(*command, "--dry-run").stdout
        assert "sent to 1" in run(*command).stdout
        assert "had it before" in run(*command).stdout
        ((recipients, message),) = relay.inbox.received
    assert recipients == ["desk@example.org"]
    assert message_from_bytes(message).get_content_type() == "multipart/alternative"


def test_a_recap_is_shown_on_stdout_or_in_a_file(small_home: SmallHome, run: Run, tmp_path: Path) -> None:
    command = ("show", "--day", small_home.day, "--home", small_home.home)
    told = json.loads(run(*command, "--format", "json").stdout)
    markdown = run(*command).stdout
    assert markdown.startswith("# ")
    assert told["headline"] in run(*command, "--format", "txt").stdout.replace("\n", " ")
    assert run(*command, "--output", tmp_path / "recap.md").stdout == ""
    assert (tmp_path / "recap.md").read_text(encoding="utf-8") == markdown
    done = run("show", "--day", "2020-01-01", "--home", small_home.home)
    assert (done.returncode, "no recap of 2020-01-01" in done.stderr) == (1, True)


def test_a_dry_run_needs_no_relay_and_sending_says_what_is_missing(small_home: SmallHome, run: Run) -> None:
    done = run("send", "--day", small_home.day, "--home", small_home.home)
    assert (done.returncode, "mail.host" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "--day", "2026-13-01"), "is not a day like 2026-01-31"),
        (("backfill", "--from", "2026-02-02", "--to", "2026-02-01"), "is before --from"),
        (("run", "--day", "2999-01-01"), "is not over"),
        (("frobnicate",), "No such command"),
    ],
)
def test_wrong_usage_exits_2_with_one_clear_line(
    arguments: tuple[str, ...], said: str, run: Run, tmp_path: Path
) -> None:
    done = run(*arguments, TIDEMARK_HOME=str(tmp_path / "home"))
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_setting_exits_2_and_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "tidemark.toml").write_text("colour = 1\n", encoding="utf-8")
    done = run("run", "--day", "2026-01-31", "--home", tmp_path)
    assert (done.returncode, "colour" in done.stderr) == (2, True)


def test_a_corrupt_download_exits_1_and_names_file_and_day(small_home: SmallHome, run: Run, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    shutil.copytree(small_home.archive, archive)
    path = archive / "binance/data/futures/um/daily/klines/ETHUSDT/1m/ETHUSDT-1m-2026-01-31.zip"
    with zipfile.ZipFile(path, "w") as forged:
        forged.writestr("ETHUSDT-1m-2026-01-31.csv", "1,2,3\n")
    done = run("run", "--day", "2026-01-31", "--home", tmp_path / "home", "--archive", archive)
    assert done.returncode == 1
    assert "ETHUSDT-1m-2026-01-31.zip" in done.stderr
    assert "CHECKSUM" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_archive_exits_1_and_says_that_nothing_is_there(run: Run, tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    done = run("run", "--day", "2026-01-31", "--home", tmp_path / "home", "--archive", tmp_path / "archive")
    assert done.returncode == 1
    assert "2026-01-31" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_feeds_are_listed_one_a_line(run: Run) -> None:
    lines = run("feeds", "list").stdout.splitlines()
    assert len(lines) >= 15
    assert any(line.startswith("binance.klines") and "https://data.binance.vision" in line for line in lines)


def test_the_doctor_names_a_missing_archive_and_its_remedy(run: Run, tmp_path: Path) -> None:
    done = run("doctor", "--home", tmp_path / "home", "--archive", tmp_path / "nowhere")
    assert done.returncode == 1
    assert "WRONG archive" in done.stdout
    assert "--archive" in done.stdout


def test_a_day_whose_only_dump_has_a_header_and_no_row_is_told(tmp_path: Path, run: Run) -> None:
    dump = tmp_path / "archive/tardis/v1/binance-futures/liquidations/2026/01/31/PERPETUALS.csv.gz"
    dump.parent.mkdir(parents=True)
    dump.write_bytes(gzip.compress(b"exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n"))
    done = run("run", "--day", "2026-01-31", "--archive", tmp_path / "archive", "--home", tmp_path / "home")
    assert done.returncode in (0, 3), done.stderr
    assert (tmp_path / "home/recaps/2026-01-31/index.html").exists()
