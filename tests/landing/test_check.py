"""`tidemark feeds check`: told row by row what would be done."""

from pathlib import Path

import lz4.frame
import pytest

from orchestration.landing.check import check_file
from orchestration.landing.errors import LandingError
from tests.landing.kit import MIDNIGHT_MS, Lab, kline, klines_path, lines, plain, zipped


def test_kept_rows_and_bad_rows_are_told_with_their_lines(lab: Lab) -> None:
    path = zipped(klines_path(lab.archive), lines([kline(0), kline(1, high=1), kline(2, "x")]))
    assert [line.split(" | ")[0] for line in check_file(lab.settings, path)] == [
        "BTCUSDT-1m-2026-01-31.zip: binance.klines -> lake/candles, day 2026-01-31",
        "  kept                 1  binance 2026-01-31",
        "    open_at=2026-01-31 00:00:00, interval_s=60, symbol=BTCUSDT, open=100.0, high=101.0, low=99.0, close=100.0, "
        "base_volume=1.5, quote_volume=150.0, n_trades=10",
        "  quarantined          2",
        "    line 3: high is below low, open or close",
        '    line 4: open: Error when converting column "open". Could not convert string "x" to \'DOUBLE\'',
    ]


def test_a_file_that_no_feed_reads_is_an_error_that_says_what_to_do(lab: Lab, tmp_path: Path) -> None:
    stray = plain(tmp_path / "stray.bin", "x")
    with pytest.raises(LandingError, match="--feed"):
        list(check_file(lab.settings, stray))
    with pytest.raises(LandingError, match="there is no feed"):
        list(check_file(lab.settings, stray, "nobody.nothing"))


def test_checking_writes_nothing(lab: Lab) -> None:
    path = zipped(klines_path(lab.archive), lines([kline(0)]))
    list(check_file(lab.settings, path))
    assert not lab.settings.home.exists() or not any(lab.settings.home.rglob("*.*"))


def test_a_file_that_cannot_be_unpacked_is_told_like_one_that_lacks_a_column(lab: Lab) -> None:
    path = plain(klines_path(lab.archive), "no zip at all")
    assert [line.split(":")[0] for line in check_file(lab.settings, path)][1:] == [
        "  quarantined          1",
        "    line 0",
    ]


def test_a_file_that_lies_elsewhere_is_told_by_its_columns_and_read_as_its_archive_calls_it(
    lab: Lab, tmp_path: Path
) -> None:
    file = zipped(tmp_path / "download (1).zip", lines([kline(0), kline(1, "x")]))
    with pytest.raises(
        LandingError, match=r"may be of binance\.\w*klines.*--as data/futures/um/daily/klines/\{symbol\}"
    ):
        list(check_file(lab.settings, file))
    path = "data/futures/um/daily/klines/ETHUSDT/1m/ETHUSDT-1m-2026-01-31.zip"
    said = list(check_file(lab.settings, file, path=path))
    assert said[0] == "download (1).zip: binance.klines -> lake/candles, day 2026-01-31"
    assert "symbol=ETHUSDT" in said[2]
    assert said[-1].startswith("    line 3: open: ")
    with pytest.raises(LandingError, match="no feed's path ends like nowhere"):
        list(check_file(lab.settings, file, path="nowhere/x.zip"))


def test_json_and_exports_that_lie_elsewhere_are_told_by_what_they_hold(lab: Lab, tmp_path: Path) -> None:
    answer = plain(tmp_path / "answer.json", '[{"fundingTime": 1769817600003, "fundingRate": "0.0001", "symbol": "X"}]')
    with pytest.raises(LandingError, match=r"may be of [^:]*binance\.funding_rest"):
        list(check_file(lab.settings, answer))
    export = plain(tmp_path / "x.csv", "t,BTC/USD - OKX_long,BTC/USD - OKX_short\n2026-01-31,1,2\n")
    with pytest.raises(LandingError, match="--feed"):
        list(check_file(lab.settings, export))


def test_of_many_days_and_rows_the_sums_are_told_and_as_many_rows_shown_as_are_asked_for(lab: Lab) -> None:
    text = "\n".join(f"{MIDNIGHT_MS - n * 3_600_000},1,2" for n in range(24 * 30))
    file = plain(
        lab.archive / "coinglass/coinglass_BTC_liquidation_30d_1h.csv", f"timestamp,longUsd,shortUsd\n{text}\n"
    )
    said = list(check_file(lab.settings, file, shown=2))
    assert said[1].split() == [
        "kept",
        "720",
        "coinglass",
        "2026-01-01",
        "to",
        "2026-01-31,",
        "31",
        "days",
        "with",
        "rows",
    ]
    assert [line.strip()[:7] for line in said[2:4]] == ["open_at", "open_at"]
    assert said[4].strip() == "… and 718 more (--rows 720 shows all)"


def test_rows_that_are_not_the_feed_s_are_counted_and_not_shown(lab: Lab) -> None:
    text = '{"events": [["0xa", {"coin": "BTC", "px": "1", "sz": "1", "side": "A", "time": 1769817600000, "tid": 1}]]}'
    file = plain(lab.archive / "hyperliquid/node_fills_by_block/hourly/20260131/0.lz4", "")
    file.write_bytes(lz4.frame.compress(f"{text}\n{text}\n".encode()))
    said = list(check_file(lab.settings, file))
    assert said[1].split()[:3] == ["left", "aside", "2"]
    assert said[-1].split() == ["quarantined", "0"]
