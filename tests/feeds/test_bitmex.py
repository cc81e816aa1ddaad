"""BitMEX: kdb times, what is a trade, and funding of all instruments in one answer."""

import json

import pytest

from orchestration.feeds import contract
from orchestration.feeds.bitmex import FUNDING
from tests.landing.conftest import lab
from tests.landing.kit import DAY, Lab, gzipped, lines, plain

__all__ = ["lab"]

OLD = "timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional"


def trade(
    at: str, symbol: str = "XBTUSD", price: str = "80000", home: str = "0.0025", foreign: str = "200", kind: str = ""
) -> str:
    return f"{at},{symbol},Buy,200,{price},PlusTick,a-1,250000,{home},{foreign}{kind}"


def put(lab: Lab, *rows: str, header: str = OLD) -> None:
    gzipped(lab.archive / "bitmex/data/trade/20260131.csv.gz", lines(rows, header))


def test_kdb_times_are_read_to_the_microsecond_and_decide_the_minute(lab: Lab) -> None:
    put(
        lab,
        trade("2026-01-31D00:00:01.000002000", price="80002"),
        trade("2026-01-31D00:00:01.000001000", price="80001"),
        trade("2026-01-31D00:00:59.999999999", price="80003"),
        trade("2026-01-31D23:59:59.999999999", price="80004"),
    )
    report = lab.land("bitmex", "candles")
    assert lab.rows("candles", "venue, symbol, open_at::varchar, open, close, base_volume, quote_volume, n_trades") == [
        ("bitmex", "XBTUSD", "2026-01-31 00:00:00", 80_001.0, 80_003.0, 0.0075, 600.0, 3),
        ("bitmex", "XBTUSD", "2026-01-31 23:59:00", 80_004.0, 80_004.0, 0.0025, 200.0, 1),
    ]
    assert (report.rows_kept, report.rows_quarantined, report.coverage) == (4, 0, {"bitmex": 24})


def test_indices_and_other_kinds_of_trade_make_no_bar(lab: Lab) -> None:
    at = "2026-01-31D00:00:01.000000000"
    put(
        lab,
        trade(at, kind=",Regular"),
        trade(at, "ETHUSD", "2500", "0.1", "250", kind=","),
        trade(at, ".BXBT", home="", foreign="", kind=",Referential"),
        trade(at, ".BETH", home="", foreign="", kind=",Regular"),
        trade(at, "SOLUSD", kind=",Settlement"),
        header=f"{OLD},trdType",
    )
    report = lab.land("bitmex", "candles")
    assert lab.rows("candles", "symbol, base_volume, quote_volume") == [
        ("ETHUSD", 0.1, 250.0),
        ("XBTUSD", 0.0025, 200.0),
    ]
    assert (report.rows_quarantined, report.coverage) == (0, {"bitmex": 24})


def test_bad_trades_are_named_by_their_line(lab: Lab) -> None:
    at = "2026-01-31D00:00:01.000000000"
    put(
        lab,
        trade(at),
        trade("2026-01-31Q00:00:01"),
        trade("2026-02-01D00:00:00.000000000"),
        trade(at, price="0"),
        trade(at, symbol=""),
        trade(at, home="", foreign=""),
    )
    assert lab.land("bitmex", "candles").rows_kept == 1
    assert lab.quarantined() == [
        (3, "traded_at is empty or not a time"),
        (4, "traded_at is not of the file's day"),
        (5, "price is not a positive number"),
        (6, "symbol is empty"),
        (7, "size is not a positive number"),
    ]


def settled(at: str, symbol: str = "XBTUSD", interval: str = "01T08:00", rate: object = 0.0001) -> dict[str, object]:
    return {
        "timestamp": f"2026-01-31T{at}Z",
        "symbol": symbol,
        "fundingInterval": f"2000-01-{interval}:00.000Z",
        "fundingRate": rate,
        "fundingRateDaily": 0.0003,
    }


def funding(lab: Lab, records: object) -> None:
    plain(lab.archive / "bitmex/rest/funding/2026-01-31.json", json.dumps(records))


@pytest.mark.parametrize(("interval", "hours"), [("01T08:00", 8.0), ("01T04:00", 4.0), ("02T00:00", 24.0)])
def test_funding_tells_its_interval_as_a_time_of_day(interval: str, hours: float, lab: Lab) -> None:
    funding(lab, [settled("04:00:00.000", interval=interval), settled("04:00:00.000", "ETHUSD", interval, -0.0003)])
    report = lab.land("bitmex", "funding")
    assert sorted(lab.rows("funding", "venue, symbol, settled_at::varchar, rate, interval_h")) == [
        ("bitmex", "ETHUSD", "2026-01-31 04:00:00", -0.0003, hours),
        ("bitmex", "XBTUSD", "2026-01-31 04:00:00", 0.0001, hours),
    ]
    assert report.coverage == {"bitmex": 24}


def test_funding_some_milliseconds_late_is_kept_as_published(lab: Lab) -> None:
    funding(lab, [settled("12:00:00.043")])
    lab.land("bitmex", "funding")
    assert lab.rows("funding", "settled_at::varchar") == [("2026-01-31 12:00:00.043",)]


def test_bad_settlements_are_named_by_their_place(lab: Lab) -> None:
    funding(lab, [settled("04:00:00"), settled("12:00:00", rate="x"), settled("20:00:00", interval="01T00:00")])
    assert lab.land("bitmex", "funding").rows_kept == 1
    assert lab.quarantined() == [
        (2, "funding_rate: not of its type"),
        (3, "interval_h is not between 0 and 24 hours"),
    ]


def test_an_answer_without_a_settlement_covers_nothing_since_every_day_has_some(lab: Lab) -> None:
    funding(lab, [])
    assert lab.land("bitmex", "funding").coverage == {"bitmex": 0}


def test_an_answer_that_is_no_list_covers_nothing(lab: Lab) -> None:
    funding(lab, {"error": {"message": "Rate limit exceeded", "name": "HTTPError"}})
    assert lab.land("bitmex", "funding").coverage == {"bitmex": 0}
    assert lab.quarantined() == [(0, "not a JSON document with $[*]")]


def test_an_interval_that_never_ends_is_named(lab: Lab) -> None:
    funding(lab, [settled("04:00:00"), {**settled("12:00:00"), "fundingInterval": "infinity"}])
    assert lab.land("bitmex", "funding").rows_kept == 1
    assert lab.quarantined() == [(2, "funding_interval: not of its type")]


def test_funding_is_asked_for_once_a_day_for_all_instruments() -> None:
    assert FUNDING.request is not None
    assert FUNDING.subjects == ()
    assert contract.fill(FUNDING.request.target, DAY, {}) == (
        "api/v1/funding?startTime=2026-01-31&endTime=2026-01-31T23:59:59.999Z&count=500&reverse=false"
    )


def test_quotes_of_the_first_second_of_a_minute_tell_what_rests_within_half_the_spread(lab: Lab) -> None:
    rows = [
        "2026-01-31D00:01:00.100000000,XBTUSD,1000,99.5,100.5,2000",
        "2026-01-31D00:01:01.100000000,XBTUSD,1,99,101,1",
        "2026-01-31D00:02:00.100000000,XBTUSD,1000,,100.5,2000",
        "2026-01-31D00:03:00.100000000,XBTUSD,-1,99.5,100.5,2000",
    ]
    header = "timestamp,symbol,bidSize,bidPrice,askPrice,askSize"
    gzipped(lab.archive / "bitmex/data/quote/20260131.csv.gz", lines(rows, header))
    lab.land("bitmex", "depth")
    assert lab.rows("depth", "minute(observed_at), side, within_pct, depth_base") == [
        (1, "ask", 0.5, 2000.0),
        (1, "bid", 0.5, 1000.0),
        (3, "ask", 0.5, 2000.0),
    ]
    assert lab.quarantined() == [(5, "depth_base is negative or not a number")]
    assert set(lab.states("depth", "bitmex").values()) == {"partial", "missing"}
