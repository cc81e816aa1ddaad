"""Damaged and hostile dumps: whatever is wrong stays within its line or its file, and no line is lost from the count."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.landing.unpack import MAX_LINE
from tests.landing.kit import KLINE_HEADER, MIDNIGHT_MS, Lab, kline, klines_path, lines, plain, zipped
from tests.landing.test_other_feeds import LIQUIDATIONS, candle, own, tardis, us

GOOD = [kline(0), kline(1), kline(2)]
BIGINT_MAX = 9_223_372_036_854_775_807


def at(stamp: int | str) -> str:
    """A minute bar whose opening time reads as given."""
    return f"{stamp}," + kline(1).split(",", 1)[1]


@pytest.mark.parametrize("stamp", [BIGINT_MAX, -BIGINT_MAX, BIGINT_MAX // 1000, -1, 0, "1e300", ""])
def test_a_time_that_no_clock_shows_spoils_its_row_alone(stamp: int | str, lab: Lab) -> None:
    zipped(klines_path(lab.archive), lines([kline(0), at(stamp), kline(2)]))
    report = lab.land("binance", "candles")
    assert (report.rows_in, report.rows_kept) == (3, 2)
    assert [line for line, _ in lab.quarantined()] == [3]


@pytest.mark.parametrize(
    "stamp", ["infinity", "-infinity", "epoch", "294247-01-10 00:00:00", "290309-12-22 (BC) 00:00:00"]
)
def test_an_own_time_beyond_the_calendar_spoils_its_row_alone(stamp: str, lab: Lab) -> None:
    own(lab, "a.csv", candle(), candle(stamp))
    assert lab.land("own", "candles").rows_kept == 1
    # Any other time is that of another day, on which its row is told.
    assert lab.quarantined() == ([(3, "open_at is empty or not of its type")] if "infinity" in stamp else [])


def test_coinglass_times_out_of_range_spoil_their_row_alone(lab: Lab) -> None:
    rows = [f"{MIDNIGHT_MS},1,2", f"{BIGINT_MAX},1,2", f"{-BIGINT_MAX},1,2"]
    plain(
        lab.archive / "coinglass/coinglass_BTC_liquidation_1y_1h.csv",
        "\n".join(["timestamp,longUsd,shortUsd", *rows, ""]),
    )
    assert lab.land("coinglass", "liquidation_bars").rows_kept == 1


def test_tardis_times_out_of_range_spoil_their_row_alone(lab: Lab) -> None:
    row = f"bybit,ETHUSDT,{us(5)},{us(5)},a,sell,2400,1.5"
    tardis(lab, "bybit", "liquidations", "2026-01-31", LIQUIDATIONS, row, row.replace(str(us(5)), str(BIGINT_MAX), 1))
    assert lab.land("tardis", "liquidations").rows_kept == 1


@pytest.mark.parametrize("count", ["10.5", "-1", "nan", "inf", "1e308"])
def test_what_is_no_count_of_trades_is_not_rounded_to_one(count: str, lab: Lab) -> None:
    counted = [kline(minute).replace(",10,", f",{told},") for minute, told in enumerate(["10", count, "7.0", ""])]
    zipped(klines_path(lab.archive), lines(counted))
    assert lab.land("binance", "candles").rows_kept == 3
    assert lab.rows("candles", "n_trades") == [(10,), (7,), (None,)]
    assert lab.quarantined() == [(3, "n_trades is not a count")]


@pytest.mark.parametrize("price", ["1e308", "1e400"])
def test_a_price_that_no_sum_can_hold_is_not_kept(price: str, lab: Lab) -> None:
    zipped(klines_path(lab.archive), lines([kline(0), kline(1, price, high=price, low=price), kline(2)]))
    assert lab.land("binance", "candles").rows_kept == 2
    assert [line for line, _ in lab.quarantined()] == [3]


@pytest.mark.parametrize("value", ["nan", "inf", "1e300", "2e28", "-1"])
@pytest.mark.parametrize("field", ["qty", "quote_qty"])
def test_a_trade_s_size_that_no_sum_can_hold_spoils_its_line_alone(field: str, value: str, lab: Lab) -> None:
    sizes = {"qty": "2", "quote_qty": "200"}
    rows = [
        ",".join(["1", "100", told["qty"], told["quote_qty"], str(MIDNIGHT_MS), "true"])
        for told in (sizes, {**sizes, field: value}, sizes)
    ]
    path = lab.archive / "binance/data/futures/um/daily/trades/BTCUSDT/BTCUSDT-trades-2026-01-31.zip"
    zipped(path, lines(rows, "id,price,qty,quote_qty,time,is_buyer_maker"))
    lab.land("binance", "candles")
    assert lab.rows("candles", "base_volume, quote_volume, n_trades") == [(4.0, 400.0, 2)]
    assert [line for line, _ in lab.quarantined()] == [3]


def test_a_reference_price_beyond_any_is_not_kept(lab: Lab) -> None:
    path = lab.archive / "binance/data/futures/um/daily/markPriceKlines/BTCUSDT/1m/BTCUSDT-1m-2026-01-31.zip"
    zipped(path, lines([kline(0), kline(1, high="1e308"), kline(2)]))
    assert lab.land("binance", "reference_prices").rows_kept == 2
    assert lab.quarantined() == [(3, "value is not a finite number")]


def test_a_negative_number_of_trades_is_not_kept(lab: Lab) -> None:
    zipped(klines_path(lab.archive), lines([kline(0), kline(1).replace(",10,", ",-10,")]))
    assert lab.land("binance", "candles").rows_kept == 1


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_blank_lines_are_no_rows_but_count_as_lines(end: str, lab: Lab) -> None:
    rows = [kline(0), "", "", kline(1, "x"), "", kline(2, high=1), kline(3)]
    zipped(klines_path(lab.archive), lines(rows, end=end))
    report = lab.land("binance", "candles")
    assert (report.rows_in, report.rows_kept) == (4, 2)
    assert [line for line, _ in lab.quarantined()] == [5, 7]


def test_a_quote_that_is_never_closed_hides_no_other_line(lab: Lab) -> None:
    rows = [kline(0), kline(1).replace(",100,", ',"100,', 1), kline(2), kline(3), kline(4, high=1)]
    zipped(klines_path(lab.archive), lines(rows))
    report = lab.land("binance", "candles")
    assert (report.rows_in, report.rows_kept) == (5, 3)
    assert [line for line, _ in lab.quarantined()] == [3, 6]


@pytest.mark.parametrize(
    ("spoilt", "bad"),
    [(',5","1,', [3, 6]), (',"1""0",', [3, 6]), (',1"0"0,', [3, 6]), (',"100",', [6])],
    ids=["begins behind a stray one", "is no number", "stands within a field", "closes"],
)
def test_a_pair_of_quotes_hides_no_other_line(spoilt: str, bad: list[int], lab: Lab) -> None:
    rows = [kline(0), kline(1).replace(",100,", spoilt, 1), kline(2), kline(3), kline(4, high=1)]
    zipped(klines_path(lab.archive), lines(rows))
    report = lab.land("binance", "candles")
    assert (report.rows_in, report.rows_kept) == (5, 5 - len(bad))
    assert [line for line, _ in lab.quarantined()] == bad


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_carriage_return_within_a_line_spoils_its_line_alone(end: str, lab: Lab) -> None:
    rows = [kline(0), kline(1).replace(",100,", ",1\r00,", 1), kline(2), kline(3, high=1), kline(4) + "\r"]
    zipped(klines_path(lab.archive), lines(rows, end=end))
    report = lab.land("binance", "candles")
    assert (report.rows_in, report.rows_kept) == (5, 3)
    assert [line for line, _ in lab.quarantined()] == [3, 5]


def test_two_kinds_of_line_ends_in_one_file_cost_nothing(lab: Lab) -> None:
    zipped(klines_path(lab.archive), lines([kline(0), kline(1) + "\r", kline(2)]))
    report = lab.land("binance", "candles")
    assert (report.rows_in, report.rows_kept) == (3, 3)


def test_a_time_that_does_not_parse_behind_blank_lines_is_told_by_its_own_line(lab: Lab) -> None:
    own(lab, "a.csv", candle(), "", "", candle("x"), "", candle("2026-01-31 01:00:00"))
    assert lab.land("own", "candles").rows_kept == 2
    assert [line for line, _ in lab.quarantined()] == [5]


@pytest.mark.parametrize("junk", [b"\xff\xfe\xc0", b"a\x00b"], ids=["not UTF-8", "NUL"])
def test_bytes_that_are_no_text_spoil_their_line_alone(junk: bytes, lab: Lab) -> None:
    text = lines([kline(0), kline(1, "JUNK"), kline(2), kline(3, high=1)]).encode().replace(b"JUNK", junk)
    zipped(klines_path(lab.archive), text)
    report = lab.land("binance", "candles")
    assert (report.rows_in, report.rows_kept) == (4, 2)
    assert [line for line, _ in lab.quarantined()] == [3, 5]


def test_a_byte_that_is_no_text_within_a_time_spoils_its_line_alone(lab: Lab) -> None:
    own(lab, "a.csv", candle(), candle("2026-01-31 0JUNK:00:00"), candle("2026-01-31 02:00:00"))
    dump = lab.archive / "own/candles/a.csv"
    dump.write_bytes(dump.read_bytes().replace(b"JUNK", b"\xff"))
    assert lab.land("own", "candles").rows_kept == 2
    assert [line for line, _ in lab.quarantined()] == [3]


def test_a_line_that_is_wrong_in_two_ways_is_told_once(lab: Lab) -> None:
    answer = '{"code": 50011, "msg": "Too Many Requests", "data": []}'
    zipped(klines_path(lab.archive), lines([kline(0), answer, kline(2)]))
    report = lab.land("binance", "candles")
    assert (report.rows_in, report.rows_kept) == (3, 2)
    assert [line for line, _ in lab.quarantined()] == [3]


def test_a_file_that_is_set_aside_whole_is_told_once(lab: Lab) -> None:
    zipped(klines_path(lab.archive), lines([kline(0), "a\rb", kline(2)], "nothing,that,is,known"))
    assert lab.land("binance", "candles").rows_in == 1
    assert [line for line, _ in lab.quarantined()] == [0]


@pytest.mark.parametrize("flaw", ['"', "\r", ""], ids=["an open quote", "a carriage return", "nothing else"])
def test_a_line_beyond_any_costs_its_file_alone(flaw: str, lab: Lab) -> None:
    endless = kline(1) + flaw + "0" * (5 * MAX_LINE)
    own(lab, "a.csv", candle(), endless)
    own(lab, "b.csv", candle("2026-01-31 01:00:00"))
    assert lab.land("own", "candles").rows_kept == 1
    assert lab.quarantined() == [(0, "a line is longer than 8,388,608 bytes")]


def test_a_line_of_json_beyond_any_costs_its_file(lab: Lab) -> None:
    path = lab.archive / "bybit/orderbook/linear/BTCUSDT/2026-01-31_BTCUSDT_ob500.data.zip"
    zipped(path, '{"ts": "' + random.Random(1).randbytes(MAX_LINE).hex() + '"}\n')
    lab.land("bybit", "depth")
    assert lab.quarantined() == [(0, "a line is longer than 8,388,608 bytes")]


def damaged(path: Path) -> Path:
    """Overwrite bytes in the middle of the packed data."""
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle - 20 : middle + 20] = b"\xff" * 40
    path.write_bytes(bytes(data))
    return path


MANY = [kline(n, 100 + n / 7, high=400, low=1) for n in range(1000)]


def test_a_zip_that_is_damaged_inside_hides_no_other(lab: Lab) -> None:
    damaged(zipped(klines_path(lab.archive), lines(MANY)))
    zipped(klines_path(lab.archive, "ETHUSDT"), lines(GOOD))
    assert lab.land("binance", "candles").rows_kept == 3
    assert [line for line, _ in lab.quarantined()] == [0]


@pytest.mark.parametrize("how", ["cut", "damaged", "no gzip", "empty"])
def test_a_gzip_that_cannot_be_unpacked_hides_no_other_and_covers_nothing(how: str, lab: Lab) -> None:
    rows = [f"bybit,ETHUSDT,{us(n)},{us(n)},{n},sell,{2400 + n % 97},1.5" for n in range(3000)]
    path = tardis(lab, "bybit", "liquidations", "2026-01-31", LIQUIDATIONS, *rows)
    tardis(lab, "bitmex", "liquidations", "2026-01-31", LIQUIDATIONS, f"bitmex,XBTUSD,{us(5)},{us(5)},,sell,80000,100")
    if how == "cut":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif how == "damaged":
        damaged(path)
    else:
        path.write_bytes(b"<html>404</html>\n" if how == "no gzip" else b"")
    report = lab.land("tardis", "liquidations")
    assert report.rows_kept == 1
    assert report.coverage.get("bybit", 0) == 0
    assert report.coverage["bitmex"] == 24
    assert [line for line, _ in lab.quarantined()] == [0]


def test_a_whole_file_with_an_unknown_header_covers_nothing(lab: Lab) -> None:
    tardis(lab, "bybit", "liquidations", "2026-01-31", "error,message", "401,no key")
    report = lab.land("tardis", "liquidations")
    assert report.coverage.get("bybit", 0) == 0
    assert set(lab.states("liquidations", "bybit").values()) <= {"missing"}


def test_lines_that_do_not_parse_count_against_a_file_s_coverage(lab: Lab) -> None:
    rows = [f"bybit,ETHUSDT,{us(n)},{us(n)},{n},sell,{'x' if n % 2 else 2400},1.5" for n in range(100)]
    tardis(lab, "bybit", "liquidations", "2026-01-31", LIQUIDATIONS, *rows)
    report = lab.land("tardis", "liquidations")
    assert (report.rows_kept, report.rows_quarantined) == (50, 50)
    assert set(lab.states("liquidations", "bybit").values()) == {"partial"}


def test_a_symbol_whose_file_cannot_be_read_leaves_no_hour_complete(lab: Lab) -> None:
    day = [kline(n) for n in range(1440)]
    zipped(klines_path(lab.archive, "ETHUSDT"), lines(day))
    zipped(klines_path(lab.archive), lines(day, "what,is,this"))
    lab.land("binance", "candles")
    assert set(lab.states("candles", "binance").values()) == {"partial"}


@pytest.mark.parametrize("venue", ["x" * 300, "x" * 60, "..", ".", "-", "kraken ", "ＫＲＡＫＥＮ", "kra\u0000ken"])
def test_a_venue_that_fits_no_folder_is_quarantined(venue: str, lab: Lab) -> None:
    own(lab, "a.csv", candle(), candle(venue=venue))
    report = lab.land("own", "candles")
    assert report.venues == ["kraken"]
    assert [line for line, _ in lab.quarantined()] == [3]


@pytest.mark.parametrize(
    "name", ["bars[1].csv", "bars?.csv", "bars*.csv", "it's.csv", "a b (1).csv", "{x,y}.csv", "币安.csv"]
)
def test_a_file_may_have_any_name(name: str, lab: Lab) -> None:
    own(lab, name, candle(), candle("2026-01-31 01:00:00", seconds=-1))
    own(lab, "bars1.csv", candle(venue="okx"))
    report = lab.land("own", "candles")
    assert (report.rows_in, report.rows_kept) == (3, 2)
    assert lab.rows("quarantine", "dump_path, row_number") == [(f"own/candles/{name}", 3)]


@pytest.mark.parametrize("name", ["bars-1234-5678.csv", "bars-2026-99.csv", "12026-02-01.csv", "x-0000-00-00.csv"])
def test_digits_that_are_no_date_do_not_limit_a_file(name: str, lab: Lab) -> None:
    own(lab, name, candle())
    assert lab.land("own", "candles").rows_kept == 1


@pytest.mark.parametrize(
    ("name", "kept"),
    [("2026-01-01_2026-02-28.csv", 1), ("2025-11_2026-01.csv", 1), ("2026-02-01_2026-02-28.csv", 0)],
)
def test_two_dates_in_a_name_are_a_span(name: str, kept: int, lab: Lab) -> None:
    own(lab, name, candle())
    assert lab.land("own", "candles").rows_kept == kept


def test_a_field_too_long_to_be_one_hides_no_other_file(lab: Lab) -> None:
    zipped(klines_path(lab.archive), "x" * 20 + "," + "".join(f"{n:x}" for n in range(60_000)) + "\n")
    zipped(klines_path(lab.archive, "ETHUSDT"), lines(GOOD))
    assert lab.land("binance", "candles").rows_kept == 3


def test_two_exports_of_one_asset_are_both_read(lab: Lab) -> None:
    header = "timestamp,longUsd,shortUsd"
    for part, hours in (("old", range(12)), ("new", range(10, 24))):
        rows = [f"{MIDNIGHT_MS + hour * 3_600_000},10,5" for hour in hours]
        plain(lab.archive / f"coinglass/coinglass_BTC_liquidation_{part}_1h.csv", "\n".join([header, *rows, ""]))
    report = lab.land("coinglass", "liquidation_bars")
    assert (report.rows_kept, report.rows_quarantined) == (24, 2)
    assert report.coverage == {"coinglass": 24}


def test_an_own_parquet_value_of_the_wrong_type_is_not_dropped_in_silence(lab: Lab) -> None:
    import duckdb

    (lab.archive / "own/candles").mkdir(parents=True)
    base = "'okx' as venue, 'BTC' as asset, timestamp '2026-01-31' as open_at, 3600 as interval_s"
    with duckdb.connect() as db:
        db.execute(
            f"copy (select {base}, 1.0 as open, 1.0 as high, 1.0 as low, 1.0 as close, 'many' as base_volume)"
            f" to '{lab.archive}/own/candles/b.parquet' (format parquet)"
        )
    assert lab.land("own", "candles").rows_kept == 0
    ((line, reason),) = lab.quarantined()
    assert line == 1
    assert "base_volume" in reason


ROWS = st.lists(
    st.sampled_from(["good", "blank", "short", "x", "long", "quoted", "high", "open quote", "mad"]), max_size=30
)


MAKES: dict[str, Callable[[int], str]] = {
    "good": kline,
    "blank": lambda n: "",
    "short": lambda n: kline(n)[:20],
    "x": lambda n: kline(n, "x"),
    "long": lambda n: kline(n) + ",,1",
    "quoted": lambda n: kline(n).replace(",100,", ',"100",', 1),
    "high": lambda n: kline(n, high=1),
    "open quote": lambda n: kline(n).replace(",100,", ',"100,', 1),
    "mad": lambda n: at(BIGINT_MAX),
}
FILE = st.tuples(ROWS, st.sampled_from(["\n", "\r\n"]), st.booleans())
SYMBOLS = ("BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT")


@given(files=st.tuples(*[FILE] * len(SYMBOLS)))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_kept_and_quarantined_lines_are_all_the_lines(files: Sequence[tuple[list[str], str, bool]], lab: Lab) -> None:
    expected, n_rows = {}, 0
    for symbol, (drawn, end, has_header) in zip(SYMBOLS, files, strict=True):
        kinds = ["good", *drawn]
        rows = [MAKES[kind](n) for n, kind in enumerate(kinds)]
        path = zipped(klines_path(lab.archive, symbol), lines(rows, KLINE_HEADER if has_header else None, end))
        bad = [n for n, kind in enumerate(kinds, 2 if has_header else 1) if kind not in ("good", "quoted", "blank")]
        expected[path.name] = bad
        n_rows += len(kinds) - kinds.count("blank")
    report = lab.land("binance", "candles")
    found: dict[str, list[int]] = {name: [] for name in expected}
    for path, line in sorted(lab.rows("quarantine", "dump_path, row_number")):
        found[path.rpartition("/")[2]].append(line)
    assert found == expected
    assert report.rows_in == n_rows
