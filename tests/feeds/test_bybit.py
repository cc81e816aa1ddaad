"""Bybit: trades with and without the later column, on either side of inverse contracts, and what the endpoints answer."""

import json
from datetime import date

import pytest

from orchestration.feeds import contract
from orchestration.feeds.bybit import FUNDING, OPEN_INTEREST
from tests.landing.conftest import lab
from tests.landing.kit import MIDNIGHT_MS, Lab, gzipped, lines, plain, zipped

__all__ = ["lab"]

TRADES = "timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional"
SPOT = "id,timestamp,price,volume,side"
MIDNIGHT_S = MIDNIGHT_MS // 1000
BAR = "venue, symbol, epoch_ms(open_at), interval_s, open, high, low, close, base_volume, quote_volume, n_trades"


def trade(second: float, price: float | str = 100, size: float = 2, symbol: str = "SOLUSDT", more: str = "") -> str:
    home, foreign = size, size * float(price) if price != "x" else 0
    return f"{MIDNIGHT_S + second:.4f},{symbol},Buy,{size},{price},PlusTick,7df5-1,2.4e+09,{home},{foreign}{more}"


def put(lab: Lab, *rows: str, header: str = TRADES, symbol: str = "SOLUSDT") -> None:
    gzipped(lab.archive / f"bybit/trading/{symbol}/{symbol}2026-01-31.csv.gz", lines(rows, header))


@pytest.mark.parametrize(("header", "more"), [(TRADES, ""), (TRADES + ",RPI", ",0")], ids=["without RPI", "with RPI"])
def test_trades_become_minute_bars_with_and_without_the_later_column(header: str, more: str, lab: Lab) -> None:
    put(
        lab,
        trade(0.6864, 124.65, 0.2, more=more),
        trade(59.9999, 124.0, 1, more=more),
        trade(60, 125, 3, more=more),
        header=header,
    )
    report = lab.land("bybit", "candles")
    assert lab.rows("candles", BAR) == [
        ("bybit", "SOLUSDT", MIDNIGHT_MS, 60, 124.65, 124.65, 124.0, 124.0, 1.2, pytest.approx(148.93), 2),
        ("bybit", "SOLUSDT", MIDNIGHT_MS + 60_000, 60, 125.0, 125.0, 125.0, 125.0, 3.0, 375.0, 1),
    ]
    assert (report.rows_kept, report.rows_quarantined, report.coverage) == (3, 0, {"bybit": 24})


def test_a_fraction_of_a_second_decides_which_trade_was_last(lab: Lab) -> None:
    put(lab, trade(10.0002, 102), trade(10.0001, 101), trade(9.9999, 99))
    lab.land("bybit", "candles")
    assert lab.rows("candles", "open, close") == [(99.0, 102.0)]


@pytest.mark.parametrize("symbol", ["BTCUSD", "BTCUSDH26"])
def test_an_inverse_contract_s_size_is_in_usd_however_its_notionals_are_told(symbol: str, lab: Lab) -> None:
    row = f"{MIDNIGHT_S + 1},{symbol},Sell,200,80000,MinusTick,bb7b-1,2.5e+05,200,0.0025"
    put(lab, row, row.replace("200,0.0025", "0.0025,200"), symbol=symbol)
    lab.land("bybit", "candles")
    assert lab.rows("candles", "symbol, base_volume, quote_volume") == [(symbol, pytest.approx(0.005), 400.0)]


def test_bad_trades_are_named_by_their_line_and_impair_the_day(lab: Lab) -> None:
    late = trade(86_400.5)
    never = trade(3).replace(f"{MIDNIGHT_S + 3}.0000", "1e300")
    put(lab, trade(1), trade(2, "x"), trade(3, -5), late, never, trade(4))
    report = lab.land("bybit", "candles")
    (unread, *judged) = lab.quarantined()
    assert unread[0] == 3
    assert unread[1].startswith("price: ")
    assert judged == [
        (4, "price is not a positive number"),
        (5, "traded_at is not of the file's day"),
        (6, "traded_at is empty or not a time"),
    ]
    assert (report.rows_kept, report.coverage) == (2, {"bybit": 0})


def test_a_file_that_lacks_a_needed_column_is_quarantined_whole(lab: Lab) -> None:
    put(lab, "1,2", header="timestamp,symbol")
    lab.land("bybit", "candles")
    assert lab.quarantined() == [(0, "the header lacks side, size, price, homeNotional, foreignNotional")]


@pytest.mark.parametrize(("header", "more"), [(SPOT, ""), (SPOT + ",rpi", ",1")], ids=["without rpi", "with rpi"])
@pytest.mark.parametrize("span", ["_2026-01-31", "-2026-01"], ids=["day", "month"])
def test_spot_trades_are_a_venue_of_their_own_in_milliseconds(span: str, header: str, more: str, lab: Lab) -> None:
    rows = [f"{n},{MIDNIGHT_MS + n * 1000},{100 + n},0.5,buy{more}" for n in (1, 2)]
    gzipped(lab.archive / f"bybit/spot/SOLUSDT/SOLUSDT{span}.csv.gz", lines(rows, header))
    report = lab.land("bybit", "candles")
    assert lab.rows("candles", BAR) == [
        ("bybit-spot", "SOLUSDT", MIDNIGHT_MS, 60, 101.0, 102.0, 101.0, 102.0, 1.0, 101.5, 2)
    ]
    assert report.coverage == {"bybit-spot": 24}


def test_a_spot_trade_without_volume_is_named(lab: Lab) -> None:
    rows = [f"1,{MIDNIGHT_MS},100,0.5,buy", f"2,{MIDNIGHT_MS},100,0,sell"]
    gzipped(lab.archive / "bybit/spot/SOLUSDT/SOLUSDT_2026-01-31.csv.gz", lines(rows, SPOT))
    lab.land("bybit", "candles")
    assert lab.quarantined() == [(3, "size is not a positive number")]


def test_the_file_of_the_day_goes_before_that_of_the_month(lab: Lab) -> None:
    for span, price in (("-2026-01", 99), ("_2026-01-31", 100)):
        path = lab.archive / f"bybit/spot/SOLUSDT/SOLUSDT{span}.csv.gz"
        gzipped(path, lines([f"1,{MIDNIGHT_MS},{price},0.5,buy"], SPOT))
    assert lab.land("bybit", "candles").rows_kept == 1
    assert lab.rows("candles", "open") == [(100.0,)]


def test_of_a_month_of_spot_trades_the_other_days_are_left_out(lab: Lab) -> None:
    rows = [f"{n},{MIDNIGHT_MS + n * 86_400_000},{100 + n},0.5,buy" for n in (-1, 0)]
    gzipped(lab.archive / "bybit/spot/SOLUSDT/SOLUSDT-2026-01.csv.gz", lines(rows, SPOT))
    report = lab.land("bybit", "candles")
    assert (report.rows_kept, report.rows_quarantined) == (1, 0)
    assert lab.rows("candles", "open") == [(100.0,)]


def premium(lab: Lab, *rows: str, header: str = "start_at,symbol,period,open,high,low,close") -> None:
    gzipped(lab.archive / "bybit/premium_index/BTCUSD/BTCUSD2026-01-31_premium_index.csv.gz", lines(rows, header))


def test_the_premium_index_is_a_fraction_by_the_minute_and_may_be_negative(lab: Lab) -> None:
    premium(lab, f"{MIDNIGHT_S},BTCUSD,1,-0.0004,0.0001,-0.0005,-0.0003", f"{MIDNIGHT_S + 60},BTCUSD,1,0,0,0,0")
    report = lab.land("bybit", "reference_prices")
    columns = "venue, symbol, kind, interval_s, epoch_ms(open_at), open, high, low, close"
    assert lab.rows("reference_prices", columns) == [
        ("bybit", "BTCUSD", "premium", 60, MIDNIGHT_MS, -0.0004, 0.0001, -0.0005, -0.0003),
        ("bybit", "BTCUSD", "premium", 60, MIDNIGHT_MS + 60_000, 0.0, 0.0, 0.0, 0.0),
    ]
    assert report.coverage == {"bybit": 24}


def test_a_premium_out_of_order_or_of_an_impossible_time_is_named(lab: Lab) -> None:
    good = f"{MIDNIGHT_S},BTCUSD,1,0,0,0,0"
    premium(
        lab,
        good,
        f"{MIDNIGHT_S + 60},BTCUSD,1,0,-1,0,0",
        f"{2**63 - 1},BTCUSD,1,0,0,0,0",
        f"{MIDNIGHT_S + 120},BTCUSD,2147483647,0,0,0,0",
    )
    assert lab.land("bybit", "reference_prices").rows_kept == 1
    assert lab.quarantined() == [
        (3, "high is below low, open or close"),
        (4, "open_at is empty or not of its type"),
        (5, "interval_s is empty or not of its type"),
    ]


BIDS = [["100", "1"], ["99.5", "2"], ["99", "4"], ["98", "8"]]
ASKS = [["100.2", "3"], ["101", "5"], ["103", "7"]]


def message(
    second: float = 0.691, kind: str = "snapshot", bids: object = BIDS, asks: object = ASKS, symbol: str = "SOLUSDT"
) -> str:
    at = MIDNIGHT_MS + round(second * 1000)
    data = {"s": symbol, "b": bids, "a": asks, "u": 1, "seq": 2}
    return json.dumps({"topic": f"orderbook.500.{symbol}", "type": kind, "ts": at, "data": data, "cts": at - 2})


def book(lab: Lab, *messages: str, levels: int = 500, symbol: str = "SOLUSDT") -> None:
    path = lab.archive / f"bybit/orderbook/linear/{symbol}/2026-01-31_{symbol}_ob{levels}.data.zip"
    zipped(path, lines(messages, None), path.stem)


DEPTH = "venue, symbol, side, within_pct, depth_base, depth_quote"


@pytest.mark.parametrize("levels", [500, 200])
def test_a_snapshot_of_the_book_tells_what_rests_within_one_percent_of_the_middle(levels: int, lab: Lab) -> None:
    book(lab, message(), message(1, "delta", [["100", "900"]], []), levels=levels)
    report = lab.land("bybit", "depth")
    # The middle is 100.1: 99, 98 and 103 lie beyond 1 % of it.
    assert sorted(lab.rows("depth", DEPTH)) == [
        ("bybit", "SOLUSDT", "ask", 1.0, 8.0, pytest.approx(805.6)),
        ("bybit", "SOLUSDT", "bid", 1.0, 3.0, pytest.approx(299.0)),
    ]
    assert lab.rows("depth", "distinct epoch_ms(observed_at)") == [(MIDNIGHT_MS + 691,)]
    assert report.rows_quarantined == 0


def test_a_book_that_ends_nearer_than_one_percent_says_how_near(lab: Lab) -> None:
    book(lab, message(bids=[["99.9", "1"], ["99.8", "2"]], asks=[["100.1", "3"], ["102", "5"]]))
    lab.land("bybit", "depth")
    assert sorted(lab.rows("depth", "side, within_pct, depth_base")) == [
        ("ask", 1.0, 3.0),
        ("bid", pytest.approx(0.2), 3.0),
    ]


def test_a_snapshot_never_stands_for_its_hour(lab: Lab) -> None:
    book(lab, message(), message(5 * 3600))
    report = lab.land("bybit", "depth")
    states = lab.states("depth", "bybit")
    assert {hour for hour, state in states.items() if state == "partial"} == {0, 5}
    assert (report.rows_kept, report.coverage) == (4, {"bybit": 0})


def test_a_bad_snapshot_is_named_by_its_line_for_both_of_its_sides(lab: Lab) -> None:
    book(
        lab,
        message(),
        message(1, "delta"),
        message(2, asks=[]),
        "no message",
        message(3, bids=[["x", "1"]]),
        message(86_400),
        message(4, "unknown kind", bids=None),
    )
    assert lab.land("bybit", "depth").rows_kept == 2
    assert lab.quarantined() == [
        (3, "no depth in the row"),
        (3, "no depth in the row"),
        (4, "not a JSON object"),
        (5, "no depth in the row"),
        (5, "no depth in the row"),
        (6, "observed_at is not of the file's day"),
        (6, "observed_at is not of the file's day"),
        (7, "no depth in the row"),
        (7, "no depth in the row"),
    ]


def answer(lab: Lab, endpoint: str, result: object) -> None:
    document = {"retCode": 0, "retMsg": "OK", "result": result}
    plain(lab.archive / f"bybit/rest/{endpoint}/BTCUSDT/2026-01-31.json", json.dumps(document))


def settled(hour: int, rate: str = "0.0001", late_ms: int = 0) -> dict[str, str]:
    at = MIDNIGHT_MS + hour * 3_600_000 + late_ms
    return {"symbol": "BTCUSDT", "fundingRate": rate, "fundingRateTimestamp": str(at)}


def test_funding_some_milliseconds_late_is_kept_as_published(lab: Lab) -> None:
    answer(
        lab, "funding", {"category": "linear", "list": [settled(16, "-0.00003"), settled(8, late_ms=43), settled(0)]}
    )
    report = lab.land("bybit", "funding")
    assert lab.rows("funding", "venue, symbol, epoch_ms(settled_at), rate, interval_h") == [
        ("bybit", "BTCUSDT", MIDNIGHT_MS, 0.0001, None),
        ("bybit", "BTCUSDT", MIDNIGHT_MS + 8 * 3_600_000 + 43, 0.0001, None),
        ("bybit", "BTCUSDT", MIDNIGHT_MS + 16 * 3_600_000, -0.00003, None),
    ]
    assert report.coverage == {"bybit": 24}


def test_a_settlement_of_the_next_day_or_without_a_rate_is_named(lab: Lab) -> None:
    answer(lab, "funding", {"list": [settled(24, late_ms=8), settled(8, ""), settled(0)]})
    assert lab.land("bybit", "funding").rows_kept == 1
    assert lab.quarantined() == [
        (1, "settled_at is not of the file's day"),
        (2, "rate is empty or not of its type"),
    ]


def test_a_byte_order_mark_before_an_answer_is_no_part_of_it(lab: Lab) -> None:
    document = json.dumps({"result": {"list": [settled(0)]}})
    plain(lab.archive / "bybit/rest/funding/BTCUSDT/2026-01-31.json", f"\ufeff{document}")
    assert lab.land("bybit", "funding").rows_kept == 1


def test_an_empty_answer_covers_nothing(lab: Lab) -> None:
    answer(lab, "funding", {"category": "", "list": []})
    report = lab.land("bybit", "funding")
    assert (report.coverage, report.rows_quarantined) == ({"bybit": 0}, 0)


def test_the_answer_of_an_error_covers_nothing(lab: Lab) -> None:
    answer(lab, "funding", {})
    assert lab.land("bybit", "funding").coverage == {"bybit": 0}
    assert lab.quarantined() == [(0, "not a JSON document with $.result.list[*]")]


def test_open_interest_is_in_coins_each_half_hour_and_a_gap_shows(lab: Lab) -> None:
    samples = [
        {"openInterest": f"{50_000 + n}.5", "timestamp": str(MIDNIGHT_MS + n * 1_800_000)}
        for n in reversed(range(48))
        if n != 21
    ]
    answer(lab, "openInterest", {"symbol": "BTCUSDT", "category": "linear", "list": samples})
    report = lab.land("bybit", "open_interest")
    states = lab.states("open_interest", "bybit")
    assert (report.rows_kept, report.rows_quarantined) == (47, 0)
    assert {hour: state for hour, state in states.items() if state != "complete"} == {10: "partial"}
    assert lab.rows("open_interest", "symbol, oi_base, oi_contracts, oi_usd")[:2] == [
        ("BTCUSDT", 50_000.5, None, None),
        ("BTCUSDT", 50_001.5, None, None),
    ]


def test_negative_open_interest_is_named(lab: Lab) -> None:
    answer(lab, "openInterest", {"list": [{"openInterest": "-1", "timestamp": str(MIDNIGHT_MS)}]})
    lab.land("bybit", "open_interest")
    assert lab.quarantined() == [(1, "oi_base is negative or not a number")]


def test_a_day_s_endpoints_are_asked_for_that_day_alone() -> None:
    span = f"startTime={MIDNIGHT_MS}&endTime={MIDNIGHT_MS + 86_399_999}&limit=200"
    asked = [
        contract.fill(feed.request.target, date(2026, 1, 31), {"symbol": "BTCUSDT"})
        for feed in (FUNDING, OPEN_INTEREST)
        if feed.request
    ]
    assert asked == [
        f"v5/market/funding/history?category=linear&symbol=BTCUSDT&{span}",
        f"v5/market/open-interest?category=linear&symbol=BTCUSDT&intervalTime=30min&{span}",
    ]
