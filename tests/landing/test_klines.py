"""Binance bars: every shape that the archive has had, and every way in which a file can be wrong."""

from datetime import date

import pytest

from tests.landing.kit import DAY, KLINE_HEADER, Lab, checksum, gzipped, kline, klines_path, lines, zipped

GOOD = [kline(0), kline(1), kline(2)]


def test_a_file_with_header_is_read_by_name(lab: Lab) -> None:
    zipped(klines_path(lab.archive), lines(GOOD))
    report = lab.land("binance", "candles")
    assert (report.rows_in, report.rows_kept, report.rows_quarantined) == (3, 3, 0)
    (first, *_) = lab.rows(
        "candles", "symbol, epoch_ms(open_at), interval_s, open, high, low, close, quote_volume, n_trades"
    )
    assert first == ("BTCUSDT", 1_769_817_600_000, 60, 100.0, 101.0, 99.0, 100.0, 150.0, 10)


def test_a_file_without_header_is_read_by_position(lab: Lab) -> None:
    zipped(klines_path(lab.archive), lines(GOOD, header=None))
    assert lab.land("binance", "candles").rows_kept == 3


def test_columns_in_another_order_are_found_by_name(lab: Lab) -> None:
    order = KLINE_HEADER.split(",")[::-1]
    zipped(klines_path(lab.archive), lines([",".join(row.split(",")[::-1]) for row in GOOD], ",".join(order)))
    assert lab.land("binance", "candles").rows_kept == 3
    assert lab.rows("candles", "min(low), max(high)") == [(99.0, 101.0)]


def test_microseconds_and_milliseconds_are_told_apart(lab: Lab) -> None:
    zipped(klines_path(lab.archive), lines([kline(0), kline(1, scale=1000)]))
    assert lab.land("binance", "candles").rows_kept == 2
    assert [minute for (minute,) in lab.rows("candles", "minute(open_at)")] == [0, 1]


@pytest.mark.parametrize(
    "text",
    [
        lines(GOOD, end="\r\n"),
        "\ufeff" + lines(GOOD),
        lines([",".join(f'"{field}"' for field in row.split(",")) for row in GOOD]),
    ],
    ids=["CRLF", "byte order mark", "quoted fields"],
)
def test_other_spellings_of_csv_are_read(text: str, lab: Lab) -> None:
    zipped(klines_path(lab.archive), text)
    assert lab.land("binance", "candles").rows_kept == 3


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (kline(1, "abc"), "open: Error when converting"),
        (kline(1, "nan", high="nan", low="nan"), "open is not a positive number"),
        (kline(1, high="inf"), "high is not a positive number"),
        (kline(1, -5, high=-4, low=-6), "open is not a positive number"),
        (kline(1, 0, high=0, low=0), "open is not a positive number"),
        (kline(1, high=98), "high is below low, open or close"),
        (kline(1, low=100.5), "low is above open or close"),
        (kline(1).replace(",1.5,", ",-1.5,"), "base_volume is negative"),
        (kline(1440), "open_at is not of the file's day"),
        (kline(0), "repeats an earlier row"),
        (kline(1).replace("60000,", "60001,", 1), "open_at is not on the bar's grid"),
        (kline(1) + ",surplus", "the line has 13 columns and the file 12"),
        ("1769817660000,100", "the line has 2 columns and the file 12"),
        (kline(1).rpartition(",")[0], "the line has 11 columns and the file 12"),
    ],
)
def test_a_bad_row_is_quarantined_with_its_line_and_reason(row: str, reason: str, lab: Lab) -> None:
    zipped(klines_path(lab.archive), lines([kline(0), row, kline(2)]))
    report = lab.land("binance", "candles")
    ((line, said),) = lab.quarantined()
    assert (line, report.rows_in, report.rows_kept) == (3, 3, 2)
    assert said.startswith(reason)
    assert lab.rows("quarantine", "dump_path") == [
        ("binance/data/futures/um/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2026-01-31.zip",)
    ]


def test_lines_are_counted_right_behind_lines_that_do_not_parse(lab: Lab) -> None:
    zipped(klines_path(lab.archive), lines([kline(0), "x,y", kline(1, high=1), "z", kline(2, high=1), kline(3)]))
    report = lab.land("binance", "candles")
    assert [line for line, _ in lab.quarantined()] == [3, 4, 5, 6]
    assert (report.rows_in, report.rows_kept, report.rows_quarantined) == (6, 2, 4)


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (lambda path: zipped(path, lines(GOOD, KLINE_HEADER.replace("high", "hoch"))), "the header lacks high"),
        (lambda path: zipped(path, lines(["a,b,c"], "what,is,this")), "unknown header"),
        (lambda path: zipped(path, lines(GOOD), extra={"second.csv": "x"}), "expected one file in the zip, found 2"),
        (lambda path: zipped(path, b"0" * 50_000_000), "over the limit"),
        (lambda path: path.write_bytes(zipped(path, lines(GOOD)).read_bytes()[:-30]), "not a readable zip"),
        (lambda path: zipped(path, lines(GOOD)) and path.write_bytes(b"not a zip"), "not a readable zip"),
    ],
    ids=["renamed column", "unknown header", "two members", "bomb", "cut", "no zip"],
)
def test_a_file_that_cannot_be_read_hides_no_other(write: object, reason: str, lab: Lab) -> None:
    zipped(klines_path(lab.archive, "ETHUSDT"), lines(GOOD))
    write(klines_path(lab.archive))  # type: ignore[operator]
    report = lab.land("binance", "candles")
    assert report.rows_kept == 3
    ((line, said),) = lab.quarantined()
    assert line == 0
    assert reason in said


def test_a_resource_fork_beside_the_member_is_passed_over(lab: Lab) -> None:
    zipped(klines_path(lab.archive), lines(GOOD), extra={"__MACOSX/._BTCUSDT-1m-2026-01-31.csv": "junk"})
    assert lab.land("binance", "candles").rows_kept == 3


def test_a_file_without_rows_leaves_every_hour_missing(lab: Lab) -> None:
    zipped(klines_path(lab.archive), KLINE_HEADER + "\n")
    assert lab.land("binance", "candles").rows_in == 0
    assert set(lab.states("candles", "binance").values()) == {"missing"}


def test_a_file_without_so_much_as_a_header_is_no_calm_day(lab: Lab) -> None:
    zipped(klines_path(lab.archive), "")
    gzipped(lab.archive / "tardis/v1/binance-futures/liquidations/2026/01/31/PERPETUALS.csv.gz", "")
    lab.land("binance", "candles")
    lab.land("tardis", "liquidations")
    assert lab.quarantined() == [(0, "it is empty, without so much as a header")] * 2
    assert set(lab.states("candles", "binance").values()) == {"missing"}
    assert set(lab.states("liquidations", "binance").values()) == {"missing"}


def test_the_daily_file_counts_and_the_monthly_one_only_without_it(lab: Lab) -> None:
    month = [kline(0, 100), kline(-1440, 100), kline(1, 100)]
    zipped(klines_path(lab.archive, day="2026-01", span="monthly"), lines(month))
    assert lab.land("binance", "candles").rows_kept == 2
    zipped(klines_path(lab.archive), lines([kline(0, 100.5)]))
    assert lab.land("binance", "candles").rows_kept == 1
    assert lab.rows("candles", "open") == [(100.5,)]


def test_a_monthly_file_gives_each_day_its_own_rows(lab: Lab) -> None:
    zipped(klines_path(lab.archive, day="2026-01", span="monthly"), lines([kline(-1440), kline(0), kline(1)]))
    assert lab.land("binance", "candles", date(2026, 1, 30)).rows_kept == 1
    assert lab.land("binance", "candles", DAY).rows_kept == 2


def test_one_missing_minute_makes_its_hour_partial(lab: Lab) -> None:
    zipped(klines_path(lab.archive), lines([kline(n) for n in range(1440) if n != 125]))
    lab.land("binance", "candles")
    states = lab.states("candles", "binance")
    assert states.pop(2) == "partial"
    assert set(states.values()) == {"complete"}


def test_a_right_checksum_lets_the_file_in(lab: Lab) -> None:
    checksum(zipped(klines_path(lab.archive), lines(GOOD)))
    assert lab.land("binance", "candles").rows_kept == 3
