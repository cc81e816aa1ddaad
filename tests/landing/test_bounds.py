"""Landing at its edges: large files, many files, two feeds of one venue, and what is left on disk."""

import gzip
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path

import duckdb
import pytest

from orchestration.landing import unpack
from orchestration.landing.fetch import fetch_day
from orchestration.landing.lake import land_day
from orchestration.settings import Settings
from tests.landing.kit import DAY, KLINE_HEADER, MIDNIGHT_MS, Lab, kline, klines_path, lines, plain, zipped
from tests.landing.test_other_feeds import candle, coin_metrics, own


def test_lines_of_a_large_file_are_counted_right(lab: Lab) -> None:
    bad = {3: "x", 77_777: "x", 250_000: "y", 299_999: "z"}
    header = "venue,asset,occurred_at,liquidated_side,notional_usd"
    rows = [
        f"gate,BTC,2026-01-31 {n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}.{n // 86_400:06},"
        f"{'sideways' if n % 100_000 == 50_000 else 'long'},{bad.get(n, n + 1)}"
        for n in range(300_000)
    ]
    own(lab, "a.csv", *rows, header=header, dataset="liquidations")
    report = lab.land("own", "liquidations")
    assert (report.rows_in, report.rows_kept) == (300_000, 300_000 - 6)
    assert [line for line, _ in lab.quarantined()] == sorted({n + 2 for n in [*bad, 50_000, 150_000, 250_000]})


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_many_rows_give_the_same_bytes_with_any_number_of_threads(kind: str, lab: Lab, tmp_path: Path) -> None:
    (lab.archive / "own/liquidations").mkdir(parents=True)
    with duckdb.connect() as db:
        db.execute(
            f"""
            copy (
                select 'gate' as venue, 'A' || hash(n) % 50 as asset, 'long' as liquidated_side,
                    timestamp '2026-01-31' + to_milliseconds(hash(n) % 86400000) as occurred_at,
                    (1 + n % 977)::double as notional_usd
                -- Beyond one buffer of CSV and two row groups of Parquet; the last are repeats.
                from (select i % 249990 as n from range(250000) t(i))
            ) to '{lab.archive}/own/liquidations/a.{kind}' (format {kind})
            """
        )
    found = []
    for threads in (1, 2, 4):
        settings = Settings(home=tmp_path / f"{threads}", archive=str(lab.archive), threads=threads)
        fetch_day(settings, "own", DAY)
        land_day(settings, "liquidations", DAY)
        found.append(Lab(lab.archive, settings).lake_bytes())
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 4


def test_days_landed_side_by_side_give_the_bytes_of_days_landed_in_turn(lab: Lab, tmp_path: Path) -> None:
    days = [date(2026, 1, 29), date(2026, 1, 30), DAY]
    month = [kline(n, 100) for n in (-2880, -2879, -1440, -1439, 0, 1)]
    zipped(klines_path(lab.archive, day="2026-01", span="monthly"), lines(month))
    for day in days:
        lab.land("binance", "candles", day)
    other = Settings(home=tmp_path / "other", archive=str(lab.archive), threads=4)
    for day in days:
        fetch_day(other, "binance", day)
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(partial(land_day, other, "candles"), days[::-1]))
    assert [report.rows_kept for report in reports] == [2] * len(days)
    assert Lab(lab.archive, other).lake_bytes() == lab.lake_bytes()


def test_a_landing_leaves_nothing_but_the_lake(lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    own(lab, "a.csv", candle(), candle(venue="../x"))
    zipped(klines_path(lab.archive), lines([kline(0), kline(1, '"')]))
    before = {path: path.read_bytes() for path in lab.archive.rglob("*") if path.is_file()}
    lab.fetch("binance")
    lab.land("own", "candles")
    assert list(scratch.iterdir()) == []
    assert {path: path.read_bytes() for path in lab.archive.rglob("*") if path.is_file()} == before
    assert list(lab.settings.paths.lake.rglob("*.part")) == []
    names = {path.relative_to(lab.settings.paths.lake).parts[0] for path in lab.settings.paths.lake.rglob("*.parquet")}
    assert names == {"candles", "coverage", "dump_files", "quarantine"}


def test_a_dump_with_an_open_quote_is_not_changed(lab: Lab) -> None:
    own(lab, "a.csv", candle(), 'kraken,"BTC,2026-01-31 01:00:00,3600,1,1,1,1')
    dump = lab.archive / "own/candles/a.csv"
    text = dump.read_text(encoding="utf-8")
    assert lab.land("own", "candles").rows_kept == 1
    assert (lab.settings.paths.dumps / "own/candles/a.csv").read_text(encoding="utf-8") == text


def test_a_full_disk_is_an_error_and_no_bad_file(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    zipped(klines_path(lab.archive), lines([kline(0)]))
    lab.fetch("binance")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(unpack.inflate, "zipped", full)
    with pytest.raises(OSError, match="No space"):
        land_day(lab.settings, "candles", DAY)


def test_a_gzip_bomb_is_stopped_before_it_is_unpacked(lab: Lab) -> None:

    path = lab.archive / "tardis/v1/bybit/liquidations/2026/01/31/PERPETUALS.csv.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress(b"0\n" * 15_000_000))
    assert lab.land("tardis", "liquidations").rows_kept == 0
    ((line, reason),) = lab.quarantined()
    assert (line, "over the limit" in reason) == (0, True)


def test_the_daily_file_of_one_symbol_does_not_hide_the_monthly_file_of_another(lab: Lab) -> None:
    zipped(klines_path(lab.archive), lines([kline(0)]))
    zipped(klines_path(lab.archive, "ETHUSDT", "2026-01", "monthly"), lines([kline(0), kline(1)]))
    lab.land("binance", "candles")
    assert sorted(lab.rows("candles", "symbol")) == [("BTCUSDT",), ("ETHUSDT",), ("ETHUSDT",)]


def test_rows_of_a_repeated_line_are_kept_once_and_the_repeat_is_named(lab: Lab) -> None:
    own(lab, "a.csv", candle(), candle("2026-01-31 01:00:00"))
    own(lab, "b.csv", candle(), candle("2026-01-31 02:00:00"))
    report = lab.land("own", "candles")
    assert (report.rows_kept, report.rows_quarantined) == (3, 1)
    assert lab.rows("quarantine", "dump_path, row_number, reason") == [
        ("own/candles/b.csv", 2, "repeats an earlier row")
    ]


def test_funding_settled_some_milliseconds_after_the_hour_keeps_its_own_time(lab: Lab) -> None:
    name = "BTCUSDT-fundingRate-2026-01"
    rows = [f"{MIDNIGHT_MS + 8},8,0.0001", f"{MIDNIGHT_MS + 57_600_043},1,-0.00003267", f"{MIDNIGHT_MS + 5},8,nan"]
    text = lines(rows, "calc_time,funding_interval_hours,last_funding_rate")
    zipped(lab.archive / f"binance/data/futures/um/monthly/fundingRate/BTCUSDT/{name}.zip", text)
    assert lab.land("binance", "funding").rows_kept == 2
    assert lab.rows("funding", "epoch_ms(settled_at) % 60000, rate, interval_h") == [
        (8, 0.0001, 8.0),
        (43, -0.00003267, 1.0),
    ]
    assert [line for line, _ in lab.quarantined()] == [4]


def test_coin_metrics_reads_a_day_from_the_row_of_that_day(lab: Lab) -> None:
    coin_metrics(lab, "time,PriceUSD\n2026-01-30,84000\n2026-01-31,78702.4\n2026-02-01,nan\n", "eth")
    lab.land("coinmetrics", "caps")
    assert lab.rows("caps", "asset, observed_at::varchar, price_usd") == [("ETH", "2026-01-31 00:00:00", 78_702.4)]


def test_metrics_times_are_read_as_text_and_as_epoch(lab: Lab) -> None:
    header = (
        "create_time,symbol,sum_open_interest,sum_open_interest_value,count_toptrader_long_short_ratio,"
        "sum_toptrader_long_short_ratio,count_long_short_ratio,sum_taker_long_short_vol_ratio"
    )
    times = ["2026-01-31 00:05:00", f"{MIDNIGHT_MS + 600_000}", "soon", "infinity"]
    text = lines([f"{time},BTCUSDT,10,800000,1,1,1,1" for time in times], header)
    zipped(lab.archive / "binance/data/futures/um/daily/metrics/BTCUSDT/BTCUSDT-metrics-2026-01-31.zip", text)
    assert lab.land("binance", "open_interest").rows_kept == 2
    assert lab.rows("open_interest", "minute(observed_at), oi_base, oi_usd") == [(5, 10.0, 8e5), (10, 10.0, 8e5)]
    assert [line for line, _ in lab.quarantined()] == [4, 5]


@pytest.mark.parametrize(
    "below",
    [
        lines([",".join(kline(0).split(",")[::-1])], ",".join(KLINE_HEADER.split(",")[::-1])),
        lines([kline(0)], header=None),
    ],
    ids=["a header", "rows"],
)
def test_a_file_that_begins_with_a_blank_line_is_not_read_by_guess(lab: Lab, below: str) -> None:
    zipped(klines_path(lab.archive), f"\n{below}")
    assert lab.land("binance", "candles").rows_kept == 0
    assert lab.quarantined() == [(0, "the first line is blank")]


def test_a_stray_file_beside_the_dumps_is_passed_over(lab: Lab) -> None:
    zipped(klines_path(lab.archive), lines([kline(0)]))
    plain(klines_path(lab.archive).with_name("README.txt"), "x")
    plain(lab.archive / "binance/data/futures/um/daily/klines/BTCUSDT/1m/ETHUSDT-1m-2026-01-31.zip", "x")
    report = lab.land("binance", "candles")
    assert (report.rows_in, report.rows_kept) == (1, 1)
