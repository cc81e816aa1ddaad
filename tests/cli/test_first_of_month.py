"""A day that needs no key: the first of a month, fetched over HTTP from a server that mirrors the public archives' paths."""

import gzip
import json
import shutil
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest

from orchestration.sample_market import write
from tests.conftest import Run

DAY = date(2026, 2, 1)
ASSETS = ("BTC", "ETH", "SOL")


@dataclass
class Mirror:
    """Where it is, and what was asked of it."""

    root: Path
    url: str = ""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    served = Mirror(tmp_path / "mirror")
    write(served.root, first_day=date(2026, 1, 31), last_day=date(2026, 2, 2), assets=ASSETS, workers=2)
    only_what_is_public(served.root)

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            super().do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=served.root))
    served.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield served
    server.shutdown()
    server.server_close()


def only_what_is_public(root: Path) -> None:
    """As on the morning after: no recordings; no monthly funding file yet, its days at the endpoint; Tardis' free day alone."""
    shutil.rmtree(root / "binance/recorded")
    monthly = root / "binance/data/futures/um/monthly/fundingRate"
    for symbol in (f"{asset}USDT" for asset in ASSETS):
        with zipfile.ZipFile(monthly / symbol / f"{symbol}-fundingRate-2026-02.zip") as archive:
            rows = archive.read(archive.namelist()[0]).decode().splitlines()[1:]
        of_the_day = [row.split(",") for row in rows if 1_769_904_000_000 <= int(row.split(",")[0]) < 1_769_990_400_000]
        answer = [
            {"symbol": symbol, "fundingTime": int(at), "fundingRate": rate, "markPrice": ""}
            for at, _, rate in of_the_day
        ]
        target = root / f"binance/rest/fundingRate/{symbol}/{DAY}.json"
        target.parent.mkdir(parents=True)
        target.write_text(json.dumps(answer), encoding="utf-8")
    shutil.rmtree(monthly)
    for path in list((root / "tardis").rglob("*.gz")):
        if "/2026/02/01/" not in path.as_posix():
            path.unlink()
    bybit = root / "tardis/v1/bybit/liquidations/2026/02/01/PERPETUALS.csv.gz"
    binance = root / "tardis/v1/binance-futures/liquidations/2026/02/01/PERPETUALS.csv.gz"
    binance.parent.mkdir(parents=True)
    text = gzip.decompress(bybit.read_bytes()).decode().replace("\nbybit,", "\nbinance-futures,")
    binance.write_bytes(gzip.compress(text.encode()))


def test_the_first_of_a_month_is_told_without_any_key(mirror: Mirror, run: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "tidemark.toml").write_text(f"assets = {json.dumps(list(ASSETS))}\n", encoding="utf-8")
    done = run("run", "--day", DAY, "--home", home, "--archive", mirror.url)
    assert done.returncode == 0, done.stderr
    assert not any({"authorization", "api_key"} & set(headers) for _, headers in mirror.asked)

    with duckdb.connect(str(home / "published/tidemark.duckdb"), read_only=True) as db:
        venues = "select string_agg(distinct venue, ' ' order by venue) from marts.liquidations_by_venue_daily where day = $day"
        assert db.execute(venues, {"day": DAY}).fetchone() == ("binance bitmex bybit",)
        funding = "select count(*), count(funding_8h_close) from marts.leverage_daily where day = $day and asset in ('BTC', 'ETH', 'SOL')"
        assert db.execute(funding, {"day": DAY}).fetchone() == (3, 3)
        feeds = "select distinct feed from marts.dump_files where day = $day"
        assert {row[0] for row in db.execute(feeds, {"day": DAY}).fetchall()} >= {
            "binance.klines",
            "binance.metrics",
            "binance.funding_rest",
            "tardis.liquidations",
            "tardis.derivative_ticker",
            "coinmetrics.daily",
        }
    assert run("verify", "--day", DAY, "--home", home).returncode == 0
    page = (home / "recaps" / str(DAY) / "index.html").read_text(encoding="utf-8")
    assert "3 venues" in page

    mirror.asked.clear()
    again = run("run", "--day", DAY, "--home", home, "--offline")
    assert again.returncode == 0, again.stderr
    assert mirror.asked == []
