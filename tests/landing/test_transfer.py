"""Fetching in detail: what is asked for, what is left behind, and who is told when something goes wrong."""

import hashlib
import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from orchestration.landing.dumps import read_receipt
from orchestration.landing.errors import FetchError
from orchestration.landing.fetch import fetch_day, fetch_days
from orchestration.settings import Settings
from tests.landing.kit import DAY, Lab, checksum, kline, klines_path, lines, plain, zipped
from tests.landing.test_fetch import DAILY, LANDED, Archive, archive, dump, listing, settings

__all__ = ["archive", "dump", "settings"]

MONTHLY = "/binance/data/futures/um/monthly/klines/BTCUSDT/1m/BTCUSDT-1m-2026-01.zip"


def leftovers(home: Path) -> list[Path]:
    return [path for path in (home / "dumps/.arriving").rglob("*") if path.is_file()]


def test_a_failed_file_leaves_nothing_behind(archive: Archive, settings: Settings, dump: bytes) -> None:
    archive.files |= {DAILY: dump, DAILY + ".CHECKSUM": listing(b"other")}
    with pytest.raises(FetchError):
        fetch_day(settings, "binance", DAY)
    archive.faults[DAILY] = ["cut"] * 9
    with pytest.raises(FetchError):
        fetch_day(settings, "binance", DAY)
    assert leftovers(settings.home) == []


def test_a_body_cut_twice_is_asked_for_from_where_it_is(archive: Archive, settings: Settings, dump: bytes) -> None:
    archive.files[DAILY] = dump
    archive.faults[DAILY] = ["cut", 503, "cut"]
    fetch_day(settings, "binance", DAY)
    half = len(dump) // 2
    rest = half + (len(dump) - half) // 2
    asked = [request.get("range") for request in archive.requests(DAILY)]
    assert asked == [None, f"bytes={half}-", f"bytes={half}-", f"bytes={rest}-"]
    assert (settings.home / LANDED).read_bytes() == dump


def test_the_monthly_file_is_asked_for_only_where_the_daily_one_is_absent(
    archive: Archive, settings: Settings, dump: bytes
) -> None:
    archive.files |= {DAILY: dump, MONTHLY: dump}
    fetch_day(settings, "binance", DAY)
    assert archive.requests(MONTHLY) == []
    del archive.files[DAILY]
    fetch_day(settings, "binance", DAY - timedelta(days=1))
    assert len(archive.requests(MONTHLY)) == 1


def test_a_monthly_file_is_asked_for_once_for_all_its_days(archive: Archive, settings: Settings, dump: bytes) -> None:
    path = "/binance/data/futures/um/monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2026-01.zip"
    archive.files[path] = dump
    reports = fetch_days(settings, "binance", [date(2026, 1, day) for day in (29, 30, 31)])
    assert len(archive.requests(path)) == 1
    assert [report.n_files for report in reports.values()] == [1, 1, 1]


def test_one_broken_file_fails_its_day_and_the_others_are_in_place(
    archive: Archive, settings: Settings, dump: bytes
) -> None:
    eth = DAILY.replace("BTCUSDT", "ETHUSDT")
    archive.files |= {DAILY: dump, eth: dump}
    archive.faults[DAILY] = [500] * 9
    two = settings.model_copy(update={"assets": ("BTC", "ETH")})
    with pytest.raises(FetchError) as error:
        fetch_day(two, "binance", DAY)
    assert "BTCUSDT-1m-2026-01-31.zip" in str(error.value)
    assert "ETHUSDT" not in str(error.value)
    assert (settings.home / LANDED.replace("BTCUSDT", "ETHUSDT")).exists()


def test_names_beyond_ascii_are_asked_for_escaped(archive: Archive, settings: Settings, dump: bytes) -> None:
    escaped = "%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT"
    archive.files[DAILY.replace("BTCUSDT", escaped)] = dump
    report = fetch_day(settings.model_copy(update={"assets": ("币安人生",)}), "binance", DAY)
    assert report.n_files == 1
    assert (settings.home / LANDED.replace("BTCUSDT", "币安人生USDT")).read_bytes() == dump


def test_a_dump_that_was_damaged_at_home_is_fetched_again(archive: Archive, settings: Settings, dump: bytes) -> None:
    archive.files[DAILY] = dump
    fetch_day(settings, "binance", DAY)
    (settings.home / LANDED).write_bytes(dump[:-1])
    fetch_day(settings, "binance", DAY)
    assert (settings.home / LANDED).read_bytes() == dump


def test_a_checksum_without_a_hash_lets_nothing_in(archive: Archive, settings: Settings, dump: bytes) -> None:
    archive.files |= {DAILY: dump, DAILY + ".CHECKSUM": b"\n"}
    with pytest.raises(FetchError, match="CHECKSUM says nothing"):
        fetch_day(settings, "binance", DAY)


def test_a_folder_s_files_lie_in_the_home_with_their_receipts(lab: Lab) -> None:
    path = zipped(klines_path(lab.archive), lines([kline(0)]))
    checksum(path)
    lab.fetch("binance")
    name = path.relative_to(lab.archive).as_posix()
    receipt = read_receipt(lab.settings.paths.dumps, name)
    assert receipt is not None
    assert receipt.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (lab.settings.paths.dumps / name).read_bytes() == path.read_bytes()
    assert leftovers(lab.settings.home) == []


def test_a_changed_file_of_a_folder_is_a_new_revision(lab: Lab) -> None:
    path = zipped(klines_path(lab.archive), lines([kline(0)]))
    old = path.read_bytes()
    lab.fetch("binance")
    zipped(path, lines([kline(0), kline(1)]))
    os.utime(path, (1, 1))
    assert lab.fetch("binance").n_new == 1
    (kept,) = (lab.settings.paths.dumps / ".superseded").rglob("*.zip")
    assert kept.read_bytes() == old
    assert kept.parts[kept.parts.index(".superseded") + 1] == hashlib.sha256(old).hexdigest()[:12]


def test_a_folder_that_becomes_simulated_says_so_at_the_next_fetch(lab: Lab) -> None:
    path = zipped(klines_path(lab.archive), lines([kline(0)]))
    lab.fetch("binance")
    plain(lab.archive / "binance/SIMULATED", "")
    assert lab.fetch("binance").n_new == 0
    receipt = read_receipt(lab.settings.paths.dumps, path.relative_to(lab.archive).as_posix())
    assert receipt is not None
    assert receipt.simulated


def test_what_was_fetched_is_listed_beside_the_dumps(lab: Lab) -> None:
    import duckdb

    zipped(klines_path(lab.archive), lines([kline(0)]))
    lab.fetch("binance")
    lab.fetch("binance")
    listed = lab.settings.paths.dumps / ".fetches/source=binance/day=2026-01-31.parquet"
    with duckdb.connect() as db:
        rows = db.execute("select dump_path, address from read_parquet($f)", {"f": str(listed)}).fetchall()
    assert rows == [(klines_path(lab.archive).relative_to(lab.archive).as_posix(), klines_path(lab.archive).as_uri())]
