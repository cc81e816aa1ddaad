"""A home whose alerts go to a real relay and a real webhook, and a published mart to judge."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import stamina
import trustme

from orchestration.settings import Settings, load
from tests.alerts.hook import Hook, listening
from tests.mail.relay import Relay, running

DAY = date(2026, 1, 31)
SECRET = "whsec_c2hhcmVkLWJ5LXR3bw=="
_TOML = """
[mail]
host = "127.0.0.1"
port = {port}
tls = "none"

[notify]
to = ["oncall@example.org"]
webhook = "{url}"

[[alerts]]
name = "over-1b"
mart = "totals"
column = "total_usd"
value = 1_000_000_000

[[alerts]]
name = "asset-z"
mart = "assets"
column = "z"
operator = ">="
value = 4
where = {{ venue = "o'kx" }}
"""


@pytest.fixture(autouse=True)
def without_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
def hook() -> Iterator[Hook]:
    with listening() as hook:
        yield hook


@pytest.fixture
def relay() -> Iterator[Relay]:
    with running("none", trustme.CA()) as relay:
        yield relay


@pytest.fixture
def settings(tmp_path: Path, hook: Hook, relay: Relay, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("TIDEMARK_WEBHOOK_SECRET", SECRET)
    (tmp_path / "tidemark.toml").write_text(_TOML.format(port=relay.smtp.port, url=hook.url), encoding="utf-8")
    return load(tmp_path)


@pytest.fixture
def publish(settings: Settings) -> Callable[..., None]:
    """Write the marts: the day's total, and the z of each asset."""

    def publish(total: float, simulated: bool = False, **z: float) -> None:
        settings.paths.published.mkdir(exist_ok=True)
        settings.paths.published_db.unlink(missing_ok=True)
        with duckdb.connect(str(settings.paths.published_db)) as db:
            db.execute("create schema marts; create table marts.totals (day date, total_usd double)")
            db.execute("insert into marts.totals values (?, ?), (?, 5e9)", [DAY, total, date(2026, 1, 30)])
            db.execute("create table marts.assets (day date, asset varchar, venue varchar, z double)")
            for asset, value in z.items():
                db.execute("insert into marts.assets values (?, ?, 'o''kx', ?)", [DAY, asset, value])
            db.execute("insert into marts.assets values (?, 'BTC', 'bybit', 99)", [DAY])
        recap = settings.paths.recaps / str(DAY)
        recap.mkdir(parents=True, exist_ok=True)
        (recap / "facts.json").write_text(json.dumps({"simulated": simulated}))
        told = [{"place": "headline", "text": "Incomplete: at least $2.00B was liquidated"}]
        (recap / "claims.json").write_text(json.dumps({"claims": told}))

    return publish


@pytest.fixture
def bodies(hook: Hook) -> Callable[[], list[dict[str, Any]]]:
    return lambda: [json.loads(body) for _, body in hook.got]
