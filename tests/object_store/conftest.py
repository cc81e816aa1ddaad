from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import Settings
from tests.object_store import servers
from tests.object_store.servers import Server


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """It takes seconds to start, and is started where it is wanted."""
    with servers.azurite(tmp_path_factory.mktemp("azurite")) as port:
        yield port


@pytest.fixture(params=servers.KINDS)
def server(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name, value in servers.KINDS[request.param].environment.items():
        monkeypatch.setenv(name, value)
    if request.param == "az":
        yield servers.container(request.getfixturevalue("azurite"))
    else:
        with servers.rclone(request.param, tmp_path / "buckets") as server:
            yield server


@pytest.fixture
def settings(tmp_path: Path, server: Server) -> Settings:
    """A home with a publication of two marts and two months."""
    settings = Settings(home=tmp_path / "home", published=server.published, bucket=server.bucket())
    for month, size in (("2026-01", 60_000), ("2026-02", 500)):
        publish(settings, month, size)
    return settings


def publish(settings: Settings, month: str, n_rows: int) -> None:
    """A month of both marts and a database of as many rows, as files of a publication lie."""
    published = settings.paths.published
    for mart in ("prices_daily", "level_breaks"):
        (published / mart).mkdir(parents=True, exist_ok=True)
        rows = f"select date '{month}-01' + i::integer % 28 as day, hash(i) as x from range({n_rows}) t(i)"
        duckdb.sql(f"copy ({rows}) to '{published / mart / month}.parquet'")
    settings.paths.published_db.unlink(missing_ok=True)
    with duckdb.connect(str(settings.paths.published_db)) as db:
        db.execute(f"create table t as from '{published}/*/*.parquet'")
