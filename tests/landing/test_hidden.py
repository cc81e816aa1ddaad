"""Hide a file, or hours of one, from a simulated day: coverage tells of it, and what the others say stays the same."""

import gzip
import shutil
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest

from orchestration.landing.fetch import fetch_day
from orchestration.landing.lake import land_day
from orchestration.sample_market import write
from orchestration.settings import Settings
from tests.landing.kit import Lab

DAY = date(2026, 1, 20)
KLINES = "binance/data/futures/um/daily/klines/ETHUSDT/1m/ETHUSDT-1m-2026-01-20.zip"
BYBIT = "tardis/v1/bybit/liquidations/2026/01/20/PERPETUALS.csv.gz"


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("market")
    write(root, first_day=DAY, last_day=DAY + timedelta(days=1), assets=("BTC", "ETH"), workers=1)
    return root


@pytest.fixture
def lab(market: Path, tmp_path: Path) -> Lab:
    shutil.copytree(market, tmp_path / "archive")
    return Lab(tmp_path / "archive", Settings(home=tmp_path / "home", archive=str(tmp_path / "archive"), threads=2))


def landed(lab: Lab, dataset: str) -> dict[str, int]:
    """Rows kept per venue, after fetching and landing anew."""
    for source in ("binance", "tardis"):
        fetch_day(lab.settings, source, DAY)
    land_day(lab.settings, dataset, DAY)
    found = lab.rows(dataset, "venue", DAY)
    return {venue: found.count((venue,)) for (venue,) in set(found)}


def test_nothing_hidden_is_complete(lab: Lab) -> None:
    assert set(landed(lab, "liquidations")) == {"binance", "bybit", "bitmex"}
    for venue in ("binance", "bybit", "bitmex"):
        assert set(lab.states("liquidations", venue, DAY).values()) == {"complete"}


def test_a_venue_s_hidden_file_is_no_row_of_that_venue_and_no_zero(lab: Lab) -> None:
    whole = landed(lab, "liquidations")
    shutil.rmtree(lab.settings.home)
    (lab.archive / BYBIT).unlink()
    left = landed(lab, "liquidations")
    assert left == {venue: n for venue, n in whole.items() if venue != "bybit"}
    assert lab.states("liquidations", "bybit", DAY) == {}
    assert set(lab.states("liquidations", "bitmex", DAY).values()) == {"complete"}


def test_a_file_cut_in_the_middle_covers_nothing_and_says_so(lab: Lab) -> None:
    whole = landed(lab, "liquidations")
    shutil.rmtree(lab.settings.home)
    path = lab.archive / BYBIT
    path.write_bytes(path.read_bytes()[:-200])
    left = landed(lab, "liquidations")
    assert left == {venue: n for venue, n in whole.items() if venue != "bybit"}
    assert set(lab.states("liquidations", "bybit", DAY).values()) == {"missing"}
    assert [(line, reason[:23]) for line, reason in lab.quarantined(DAY)] == [(0, "not a readable gz: Comp")]


def test_hours_cut_from_one_symbol_s_bars_are_partial_in_these_hours_alone(lab: Lab) -> None:
    path = lab.archive / KLINES
    with zipfile.ZipFile(path) as archive:
        (name,) = archive.namelist()
        header, *rows = archive.read(name).decode().splitlines()
    kept = [row for n, row in enumerate(rows) if not 13 * 60 <= n < 15 * 60 + 30]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "\n".join([header, *kept]) + "\n")
    path.with_name(path.name + ".CHECKSUM").unlink()
    assert landed(lab, "candles")["binance"] == 2 * 1440 - 150
    states = lab.states("candles", "binance", DAY)
    assert {hour for hour, state in states.items() if state == "partial"} == {13, 14, 15}
    reasons = dict(lab.rows("coverage", "hour, reason", DAY))
    assert (reasons[12], reasons[13], reasons[15]) == ("120 of 120 rows", "60 of 120 rows", "90 of 120 rows")


def test_a_day_of_quiet_is_complete_where_the_file_is_there(lab: Lab) -> None:
    path = lab.archive / BYBIT
    header = gzip.decompress(path.read_bytes()).splitlines()[0]
    path.write_bytes(gzip.compress(header + b"\n"))
    assert "bybit" not in landed(lab, "liquidations")
    assert set(lab.states("liquidations", "bybit", DAY).values()) == {"complete"}
