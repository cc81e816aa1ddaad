"""Readers of the store see one whole publication at any time, whatever happens to the one that is being put there."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pydantic import ValidationError

from orchestration.settings import Bucket, Settings
from orchestration.warehouse.mirror import MANIFEST, mirror
from orchestration.warehouse.object_store import StoreError
from tests.object_store import s3
from tests.object_store.conftest import bucket, publish


def told(server: s3.Server) -> dict[str, Any]:
    """What the manifest says, every file of which must be there."""
    files = server.files()
    manifest: dict[str, Any] = json.loads(files[MANIFEST])
    named = [manifest["database"], *(name for names in manifest["marts"].values() for name in names)]
    assert set(named) <= set(files)
    return manifest


def test_a_reader_finds_every_file_by_the_manifest(settings: Settings, server: s3.Server) -> None:
    report = mirror(settings)
    assert (report.files, report.uploaded, report.removed) == (5, 5, 0)
    manifest, files, published = told(server), server.files(), settings.paths.published
    assert files[manifest["database"]] == settings.paths.published_db.read_bytes()
    assert list(manifest["marts"]) == ["level_breaks", "prices_daily"]
    for mart, names in manifest["marts"].items():
        assert [files[name] for name in names] == [path.read_bytes() for path in sorted((published / mart).glob("*"))]
    assert s3.SECRET.encode() not in b"".join(files.values())


def test_only_what_changed_is_put_and_the_publication_before_stays_for_its_readers(
    settings: Settings, server: s3.Server
) -> None:
    mirror(settings)
    first = set(server.files())
    assert (mirror(settings).uploaded, set(server.files())) == (0, first)
    publish(settings, "2026-02", 600)
    report = mirror(settings)
    assert (report.uploaded, report.removed) == (3, 0)
    assert first < set(server.files())
    publish(settings, "2026-02", 700)
    assert mirror(settings).removed == 3
    assert len(server.files()) == 1 + 5 + 3


def test_what_else_lies_there_stays(settings: Settings, server: s3.Server) -> None:
    other = server.at / "prices_daily" / "notes.parquet"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"mine")
    for size in (1, 2, 3):
        publish(settings, "2026-02", size)
        mirror(settings)
    assert other.read_bytes() == b"mine"


def test_another_manifest_is_not_written_over(settings: Settings, server: s3.Server) -> None:
    server.at.mkdir(parents=True)
    (server.at / MANIFEST).write_text('{"name": "an app"}')
    with pytest.raises(StoreError, match="none of a publication"):
        mirror(settings)
    assert server.files()[MANIFEST] == b'{"name": "an app"}'


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.97])
def test_a_network_that_is_cut_leaves_readers_the_publication_before(
    share: float, settings: Settings, server: s3.Server
) -> None:
    before = _changed_since_told(settings, server)
    way = s3.Way(server.port, int(share * _bytes_of(settings, "2026-02")))
    with pytest.raises(StoreError, match="s3://tidemark-test/desk: "):
        mirror(settings.model_copy(update={"bucket": bucket(way.port, retries=0)}))
    assert way.is_cut
    assert told(server) == before
    _completes(settings, server)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_killed_mirror_leaves_readers_the_publication_before(
    share: float, settings: Settings, server: s3.Server
) -> None:
    before = _changed_since_told(settings, server)
    way = s3.Way(server.port, 1 << 40)
    (settings.home / "tidemark.toml").write_text(s3.toml(way.port))
    code = "from orchestration.settings import load; from orchestration.warehouse.mirror import mirror; mirror(load())"
    process = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "TIDEMARK_HOME": str(settings.home)})
    while way.carried < share * _bytes_of(settings, "2026-02"):
        assert process.poll() is None
        time.sleep(0.0005)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    way.close()
    assert told(server) == before
    _completes(settings, server)


def _changed_since_told(settings: Settings, server: s3.Server) -> dict[str, Any]:
    """A month is published that the store does not have; what its readers have."""
    mirror(settings)
    publish(settings, "2026-02", 60_000)
    return told(server)


def _bytes_of(settings: Settings, month: str) -> int:
    changed = [settings.paths.published_db, *settings.paths.published.glob(f"*/{month}.parquet")]
    return sum(path.stat().st_size for path in changed)


def _completes(settings: Settings, server: s3.Server) -> None:
    mirror(settings)
    files, manifest = server.files(), told(server)
    assert files[manifest["database"]] == settings.paths.published_db.read_bytes()
    mirror(settings)
    publish(settings, "2026-02", 5)
    mirror(settings)
    with duckdb.connect() as db:
        parts = [str(server.at / name) for name in told(server)["marts"]["prices_daily"]]
        assert db.execute("select count(*) from read_parquet(?)", [parts]).fetchall() == [(60_005,)]


def test_no_bucket_and_a_wrong_key_are_clear_errors(
    settings: Settings, server: s3.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = settings.model_copy(
        update={"bucket": bucket(server.port).model_copy(update={"url": "s3://nobodys/desk"})}
    )
    with pytest.raises(StoreError, match="s3://nobodys/desk: "):
        mirror(nowhere)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "guessed")
    with pytest.raises(StoreError, match="s3://tidemark-test/desk: ") as refused:
        mirror(settings)
    assert "guessed" not in str(refused.value)


def test_without_the_extra_it_says_what_to_install(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(StoreError, match=r"pip install 'tidemark\[bucket\]'"):
        mirror(settings)


@pytest.mark.parametrize("name", ["secret_access_key", "access_key_id", "sas_token", "aws_session_token"])
def test_credentials_do_not_belong_in_the_settings(name: str) -> None:
    with pytest.raises(ValidationError, match="belongs in the environment"):
        Bucket(url="s3://b/p", options={name: "x"})


def test_a_folder_is_no_bucket(tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        Bucket(url=f"file://{tmp_path}")
