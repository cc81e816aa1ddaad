"""Traps that real files set, where no test of one feed or model alone shows them. Others stand with what they are traps of."""

import pytest

from tests.landing.conftest import lab
from tests.landing.kit import KLINE_HEADER, MIDNIGHT_MS, Lab, lines, plain, zipped

__all__ = ["lab"]

HOUR_MS = 3_600_000


def test_a_funding_interval_that_changes_within_a_month_is_kept_row_by_row(lab: Lab) -> None:
    hours = {0: 8, 8: 8, 16: 8, 17: 1, 18: 1, 22: 4}
    rows = [f"{MIDNIGHT_MS + at * HOUR_MS + late},{length},0.0001" for late, (at, length) in enumerate(hours.items())]
    month = lab.archive / "binance/data/futures/um/monthly/fundingRate/AXSUSDT/AXSUSDT-fundingRate-2026-01.zip"
    zipped(month, lines(rows, "calc_time,funding_interval_hours,last_funding_rate"))
    lab.land("binance", "funding")
    assert lab.rows("funding", "hour(settled_at), interval_h") == list(hours.items())


def test_an_export_named_ten_years_covers_the_hours_that_it_holds(lab: Lab) -> None:
    rows = [f"{MIDNIGHT_MS + n * HOUR_MS},2026,1,2,3" for n in range(-2, 5)]
    export = lab.archive / "coinglass/coinglass_BTC_liquidation_10y_1h.csv"
    plain(export, lines(rows, "timestamp,datetime_utc,longUsd,shortUsd,totalUsd"))
    lab.land("coinglass", "liquidation_bars")
    states = lab.states("liquidation_bars", "coinglass")
    assert [states[hour] for hour in (0, 4, 5, 23)] == ["complete", "complete", "missing", "missing"]


def test_a_series_cut_at_a_thousand_rows_is_missing_from_the_cut_on(lab: Lab) -> None:
    bars = [f"hyperliquid,2026-01-31 {n // 60:02}:{n % 60:02}:00,60,BTC,1,1,1,1" for n in range(1000)]
    plain(lab.archive / "own/candles/hl.csv", lines(bars, "venue,open_at,interval_s,symbol,open,high,low,close"))
    lab.land("own", "candles")
    states = lab.states("candles", "hyperliquid")
    assert [states[hour] for hour in (15, 16, 17)] == ["complete", "partial", "missing"]


def test_a_total_that_is_not_long_and_short_is_not_taken(lab: Lab) -> None:
    row = f"{MIDNIGHT_MS},2026,32.86,28.79,66.38"
    export = lab.archive / "coinglass/coinglass_BTC_liquidation_1d_1h.csv"
    plain(export, lines([row], "timestamp,datetime_utc,longUsd,shortUsd,totalUsd"))
    lab.land("coinglass", "liquidation_bars")
    assert lab.rows("liquidation_bars", "long_usd, short_usd") == [(32.86, 28.79)]


def test_local_time_is_told_by_its_zone_and_by_nothing_else(lab: Lab) -> None:
    rows = [
        "binance,2026-01-31 03:00:00+03,BTCUSDT,-0.0001,8",
        "bybit,2026-01-31 03:00:00,BTCUSDT,-0.0001,8",
    ]
    plain(lab.archive / "own/funding/rates.csv", lines(rows, "venue,settled_at,symbol,rate,interval_h"))
    lab.land("own", "funding")
    assert sorted(lab.rows("funding", "venue, hour(settled_at)")) == [("binance", 0), ("bybit", 3)]


def test_a_stamp_in_nanoseconds_is_no_time_and_makes_no_row(lab: Lab) -> None:
    bar = f"{MIDNIGHT_MS * 1_000_000},1,1,1,1,1,{MIDNIGHT_MS * 1_000_000},1,1,1,1,0"
    day = lab.archive / "binance/data/futures/um/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2026-01-31.zip"
    zipped(day, lines([bar], KLINE_HEADER))
    report = lab.land("binance", "candles")
    assert (report.rows_kept, lab.quarantined()) == (0, [(2, "open_at is empty or not of its type")])


@pytest.mark.parametrize("hour", ["00:00:07", "01:00:03"])
def test_a_bar_that_is_not_on_its_grid_is_named(hour: str, lab: Lab) -> None:
    bar = f"coingecko,2026-01-31 {hour},3600,BTC,1,1,1,1"
    plain(lab.archive / "own/candles/cg.csv", lines([bar], "venue,open_at,interval_s,asset,open,high,low,close"))
    lab.land("own", "candles")
    assert lab.quarantined() == [(2, "open_at is not on the bar's grid")]
