"""Readers of the store see one whole publication at any time, whatever happens to the one that is being put there."""

import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

import duckdb
import pytest
from pydantic import ValidationError

from orchestration.settings import Bucket, Settings
from orchestration.warehouse.mirror import MANIFEST, mirror
from orchestration.warehouse.object_store import StoreError, opened, remove
from tests.object_store.conftest import publish
from tests.object_store.servers import KINDS, SECRET, Server
from tests.object_store.way import Way

A_PART = 5 << 20
"""Of more than that obstore makes several requests."""


def told(server: Server) -> dict[str, Any]:
    """What the manifest says, every file of which must be there."""
    files = server.files()
    manifest: dict[str, Any] = json.loads(files[MANIFEST])
    named = [manifest["database"], *(name for names in manifest["marts"].values() for name in names)]
    assert set(named) <= set(files)
    return manifest


def test_a_reader_finds_every_file_by_the_manifest(settings: Settings, server: Server) -> None:
    report = mirror(settings)
    assert (report.files, report.uploaded, report.removed) == (5, 5, 0)
    manifest, files, published = told(server), server.files(), settings.paths.published
    assert files[manifest["database"]] == settings.paths.published_db.read_bytes()
    assert list(manifest["marts"]) == ["level_breaks", "prices_daily"]
    for mart, names in manifest["marts"].items():
        assert [files[name] for name in names] == [path.read_bytes() for path in sorted((published / mart).glob("*"))]
    assert SECRET.encode() not in b"".join(files.values())


def test_what_goes_up_in_parts_arrives_whole(settings: Settings, server: Server) -> None:
    publish(settings, "2026-02", 800_000)
    mirror(settings)
    arrived = server.files()[told(server)["database"]]
    assert arrived == settings.paths.published_db.read_bytes()
    assert len(arrived) > 2 * A_PART


def test_only_what_changed_is_put_and_the_publication_before_stays_for_its_readers(
    settings: Settings, server: Server
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


def test_what_else_lies_there_stays(settings: Settings, server: Server) -> None:
    server.put("published/prices_daily/notes.parquet", b"mine")
    for size in (1, 2, 3):
        publish(settings, "2026-02", size)
        mirror(settings)
    assert server.files()["prices_daily/notes.parquet"] == b"mine"


def test_another_manifest_is_not_written_over(settings: Settings, server: Server) -> None:
    server.put(f"published/{MANIFEST}", b'{"name": "an app"}')
    with pytest.raises(StoreError, match="none of a publication"):
        mirror(settings)
    assert server.files()[MANIFEST] == b'{"name": "an app"}'


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.97])
def test_a_network_that_is_cut_leaves_readers_the_publication_before(
    share: float, settings: Settings, server: Server
) -> None:
    before = _changed_since_told(settings, server)
    way = Way(server.port, int(share * _bytes_of(settings, "2026-02")))
    with pytest.raises(StoreError, match=f"{server.published}: "):
        mirror(settings.model_copy(update={"bucket": server.bucket(way.port, retries=0)}))
    assert way.is_cut
    assert told(server) == before
    _completes(settings, server)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_killed_mirror_leaves_readers_the_publication_before(
    share: float, settings: Settings, server: Server
) -> None:
    before = _changed_since_told(settings, server)
    way = Way(server.port, 1 << 40)
    (settings.home / "tidemark.toml").write_text(server.toml(way.port))
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


def _changed_since_told(settings: Settings, server: Server) -> dict[str, Any]:
    """A month is published that the store does not have; what its readers have."""
    mirror(settings)
    publish(settings, "2026-02", 60_000)
    return told(server)


def _bytes_of(settings: Settings, month: str) -> int:
    changed = [settings.paths.published_db, *settings.paths.published.glob(f"*/{month}.parquet")]
    return sum(path.stat().st_size for path in changed)


def _completes(settings: Settings, server: Server) -> None:
    mirror(settings)
    files, manifest = server.files(), told(server)
    assert files[manifest["database"]] == settings.paths.published_db.read_bytes()
    mirror(settings)
    publish(settings, "2026-02", 5)
    mirror(settings)
    files, rows = server.files(), 0
    for name in told(server)["marts"]["prices_daily"]:
        part = settings.home / "part.parquet"
        part.write_bytes(files[name])
        rows += duckdb.read_parquet(str(part)).shape[0]
    assert rows == 60_005


def test_no_bucket_is_a_clear_error(settings: Settings, server: Server) -> None:
    nowhere = f"{server.scheme}://nobodys/desk"
    with pytest.raises(StoreError, match=f"^{nowhere}: .*404 Not Found$"):
        mirror(settings.model_copy(update={"published": nowhere}))


@pytest.mark.parametrize("server", [scheme for scheme, kind in KINDS.items() if kind.wrong], indirect=True)
def test_a_wrong_key_is_a_clear_error(settings: Settings, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in server.kind.wrong.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StoreError, match=f"^{server.published}: .*403 Forbidden$") as refused:
        mirror(settings)
    assert not [value for value in server.kind.wrong.values() if value in str(refused.value)]


def test_what_is_gone_already_need_not_be_removed(settings: Settings, server: Server) -> None:
    server.put("published/there.parquet", b"there")
    with opened(server.published, server.bucket()) as store:
        remove(store, ["gone.parquet", "there.parquet"])
    assert server.files() == {}


def test_without_the_extra_it_says_what_to_install(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(StoreError, match=r"pip install 'tidemark\[bucket\]'"):
        mirror(settings)


@pytest.mark.parametrize("name", ["secret_access_key", "access_key_id", "sas_token", "aws_session_token"])
def test_credentials_do_not_belong_in_the_settings(name: str) -> None:
    with pytest.raises(ValidationError, match="belongs in the environment"):
        Bucket(options={name: "x"})
