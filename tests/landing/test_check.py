"""`tidemark feeds check`: told row by row what would be done."""

from pathlib import Path

import pytest

from orchestration.landing.check import check_file
from orchestration.landing.errors import LandingError
from tests.landing.kit import Lab, kline, klines_path, lines, plain, zipped


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
