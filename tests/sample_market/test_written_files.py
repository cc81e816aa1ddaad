"""The files themselves: the same bytes every time, the vendors' own quirks, the marks of simulated data."""

import hashlib
from datetime import date
from math import isfinite
from pathlib import Path

import pytest

from orchestration.sample_market import SampleMarket, write
from tests.sample_market.dump_reader import UM, klines, tardis, zipped

DAYS = {"first_day": date(2026, 2, 1), "last_day": date(2026, 2, 2)}


def digests(archive: Path) -> dict[str, str]:
    files = (path for path in archive.rglob("*") if path.is_file())
    return {str(path.relative_to(archive)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SampleMarket]:
    archive = tmp_path_factory.mktemp("small")
    return archive, write(archive, assets=("BTC", "LTC"), workers=2, **DAYS)


def test_a_second_run_writes_the_same_bytes_with_any_number_of_workers(
    small: tuple[Path, SampleMarket], tmp_path: Path
) -> None:
    archive, market = small
    first = digests(archive)
    assert write(tmp_path, assets=("BTC", "LTC"), workers=1, **DAYS) == market
    assert digests(tmp_path) == first
    write(tmp_path, assets=("BTC", "LTC"), workers=1, **DAYS)
    assert digests(tmp_path) == first


def test_a_day_has_the_same_prices_in_any_window(small: tuple[Path, SampleMarket], tmp_path: Path) -> None:
    write(tmp_path, assets=("LTC",), workers=1, first_day=date(2026, 2, 2), last_day=date(2026, 2, 2))
    columns = ("open_time", "open", "high", "low", "close")
    here, there = (klines(archive, "LTC", date(2026, 2, 2)) for archive in (small[0], tmp_path))
    assert [[row[name] for name in columns] for row in here] == [[row[name] for name in columns] for row in there]


def test_every_zip_has_its_checksum(small: tuple[Path, SampleMarket]) -> None:
    zips = list(small[0].rglob("*.zip"))
    assert zips
    for path in zips:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert path.with_name(path.name + ".CHECKSUM").read_text() == f"{digest}  {path.name}\n"


@pytest.mark.parametrize("source", ["binance", "tardis", "coinmetrics"])
def test_every_source_says_that_it_is_simulated(small: tuple[Path, SampleMarket], source: str) -> None:
    assert "imulated" in (small[0] / source / "SIMULATED").read_text()


def test_klines_are_finite_positive_and_without_holes(small: tuple[Path, SampleMarket]) -> None:
    rows = klines(small[0], "BTC", date(2026, 2, 1))
    values = [[float(row[name]) for name in ("low", "open", "close", "high", "volume", "quote_volume")] for row in rows]
    assert all(isfinite(value) and value > 0 for line in values for value in line)
    assert all(low <= min(open_, close) and max(open_, close) <= high for low, open_, close, high, *_ in values)
    assert [int(row["open_time"]) - int(rows[0]["open_time"]) for row in rows] == [60_000 * n for n in range(1440)]


def test_metrics_are_not_sorted_and_cover_the_day(small: tuple[Path, SampleMarket]) -> None:
    rows = zipped(small[0] / UM / "daily/metrics/BTCUSDT/BTCUSDT-metrics-2026-02-01.zip")
    times = [row["create_time"] for row in rows]
    assert times != sorted(times)
    assert (len(set(times)), min(times), max(times)) == (288, "2026-02-01 00:00:00", "2026-02-01 23:55:00")


def test_funding_settles_every_eight_hours_some_milliseconds_late(small: tuple[Path, SampleMarket]) -> None:
    rows = zipped(small[0] / UM / "monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2026-02.zip")
    late = [int(row["calc_time"]) % (8 * 3_600_000) for row in rows]
    assert len(rows) == 6
    assert max(late) > 0
    assert all(delay < 50 for delay in late)


def test_the_ticker_ends_an_interval_with_the_rate_that_binance_settles(small: tuple[Path, SampleMarket]) -> None:
    rows = [
        row for row in tardis(small[0], "bybit", "derivative_ticker", date(2026, 2, 1)) if row["symbol"] == "BTCUSDT"
    ]
    last = [row for row in rows if row["funding_timestamp"] == rows[0]["funding_timestamp"]][-1]
    settled = zipped(small[0] / UM / "monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2026-02.zip")[1]
    assert int(last["funding_timestamp"]) // 3_600_000_000 == int(settled["calc_time"]) // 3_600_000
    assert float(last["funding_rate"]) == pytest.approx(float(settled["last_funding_rate"]), abs=1e-8)


def test_bitmex_counts_contracts_of_one_dollar(small: tuple[Path, SampleMarket]) -> None:
    rows = tardis(small[0], "bitmex", "derivative_ticker", date(2026, 2, 1))
    assert {row["symbol"] for row in rows} == {"XBTUSD"}
    assert 5e7 < float(rows[0]["open_interest"]) < 2e9
    orders = tardis(small[0], "bitmex", "liquidations", date(2026, 2, 1))
    assert all(row["timestamp"] == row["local_timestamp"] and row["id"] for row in orders)


def test_the_last_row_of_a_supply_file_is_incomplete(small: tuple[Path, SampleMarket]) -> None:
    lines = (small[0] / "coinmetrics/csv/ltc.csv").read_text().splitlines()
    assert lines[0] == "time,CapMrktCurUSD,PriceUSD,SplyCur"
    assert [line[:10] for line in lines[1:]] == ["2026-01-31", "2026-02-01", "2026-02-02", "2026-02-03"]
    assert lines[-1] == "2026-02-03,,,"


def test_supply_files_give_the_price_at_the_end_of_the_day(small: tuple[Path, SampleMarket]) -> None:
    line = (small[0] / "coinmetrics/csv/ltc.csv").read_text().splitlines()[2]
    assert float(line.split(",")[2]) == float(klines(small[0], "LTC", date(2026, 2, 1))[-1]["close"])


def test_only_days_of_the_window_are_named(small: tuple[Path, SampleMarket]) -> None:
    assert small[1].days == {}
    assert small[1].assets == ("BTC", "LTC")


def test_an_unknown_asset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="NOPE"):
        write(tmp_path, assets=("NOPE",))
