"""Which dumps of a day are late: those whose like came on the days before, and that nobody has fetched."""

import os
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from orchestration.feeds.binance import KLINES
from orchestration.feeds.contract import fill
from orchestration.landing.fetch import fetch_day
from orchestration.landing.plan import late_dumps
from orchestration.settings import Settings, yesterday
from tests.landing.kit import kline, lines, zipped

DAY = yesterday()
BEFORE = DAY - timedelta(days=1)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(params=["folder", "http"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """The same archive as a folder and over HTTP."""
    root = tmp_path / "archive"
    root.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    where = str(root) if request.param == "folder" else f"http://127.0.0.1:{server.server_port}"
    yield Settings(home=tmp_path / "home", archive=where, threads=2, assets=("BTC", "ETH"))
    server.shutdown()
    server.server_close()


def publish(settings: Settings, symbol: str, day: date, n_rows: int = 3) -> Path:
    path = settings.home.parent / "archive/binance" / fill(KLINES.paths[0], day, {"symbol": symbol})
    return zipped(path, lines([kline(n) for n in range(n_rows)]))


def late(settings: Settings) -> list[tuple[str, str]]:
    return [(dump.address.rpartition("/")[2], dump.state) for dump in late_dumps(settings, DAY)]


def test_a_dump_that_came_the_day_before_is_late_until_it_is_fetched(settings: Settings) -> None:
    publish(settings, "BTCUSDT", BEFORE)
    publish(settings, "ETHUSDT", BEFORE)
    fetch_day(settings, "binance", BEFORE)
    publish(settings, "ETHUSDT", DAY)
    fetch_day(settings, "binance", DAY)
    name = f"BTCUSDT-1m-{DAY}.zip"
    assert late(settings) == [(name, "not there")]
    publish(settings, "BTCUSDT", DAY)
    assert late(settings) == [(name, "new")]
    fetch_day(settings, "binance", DAY)
    assert late(settings) == []


def test_nothing_is_late_where_nothing_came_before(settings: Settings) -> None:
    assert late(settings) == []


def test_what_came_no_more_for_days_is_not_waited_for(settings: Settings) -> None:
    publish(settings, "BTCUSDT", DAY - timedelta(days=4))
    fetch_day(settings, "binance", DAY - timedelta(days=4))
    assert late(settings) == []


def test_a_dump_that_the_archive_replaced_is_new_until_it_is_fetched_again(settings: Settings) -> None:
    publish(settings, "BTCUSDT", DAY)
    publish(settings, "ETHUSDT", DAY)
    fetch_day(settings, "binance", DAY)
    assert late(settings) == []
    replaced = publish(settings, "BTCUSDT", DAY, n_rows=4)
    os.utime(replaced, (replaced.stat().st_mtime + 60,) * 2)
    assert late(settings) == [(f"BTCUSDT-1m-{DAY}.zip", "new")]
    assert fetch_day(settings, "binance", DAY).n_new == 1
    assert late(settings) == []
