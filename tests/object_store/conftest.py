from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import Bucket, Settings
from tests.object_store import s3


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[s3.Server]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3.ACCESS)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3.SECRET)
    with s3.serving(tmp_path / "buckets") as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, server: s3.Server) -> Settings:
    """A home with a publication of two marts and two months."""
    settings = Settings(home=tmp_path / "home", bucket=bucket(server.port))
    for month, size in (("2026-01", 60_000), ("2026-02", 500)):
        publish(settings, month, size)
    return settings


def bucket(port: int, retries: int = 1) -> Bucket:
    options = {"endpoint": f"http://127.0.0.1:{port}", "region": "us-east-1"}
    return Bucket(url=f"s3://{s3.BUCKET}/desk", options=options, retries=retries, timeout_s=5)


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
