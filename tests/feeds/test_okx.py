"""OKX: a UTC day out of two files, contracts and coins, and answers that reach back beyond the day."""

import json
from datetime import date, timedelta

import pytest

from orchestration.feeds import contract
from orchestration.feeds.okx import CANDLES, FUNDING, OPEN_INTEREST
from tests.landing.conftest import lab
from tests.landing.kit import DAY, MIDNIGHT_MS, Lab, lines, plain, zipped

__all__ = ["lab"]

HEADER = "instrument_name,trade_id,side,price,size,created_time"
HOUR_MS = 3_600_000
NEXT = DAY + timedelta(days=1)
SWAP = "BTC-USDT-SWAP"


def trade(hour: float, price: float | str = 80_000, size: float | str = "30.14", symbol: str = SWAP) -> str:
    return f"{symbol},1566502282,sell,{price},{size},{MIDNIGHT_MS + round(hour * HOUR_MS)}"


def put(lab: Lab, *rows: str, day: date = DAY, symbol: str = SWAP) -> None:
    path = lab.archive / f"okx/trades/daily/{day:%Y%m%d}/{symbol}-trades-{day}.zip"
    zipped(path, lines(rows, HEADER))


BAR = "venue, symbol, hour(open_at), open, close, base_volume, quote_volume, n_trades"


def test_two_files_make_one_day_of_utc(lab: Lab) -> None:
    put(lab, trade(-8), trade(-0.001), trade(0, 1), trade(15.999, 2))
    put(lab, trade(16, 3), trade(23.999, 4), trade(24, 5), trade(39.999), day=NEXT)
    report = lab.land("okx", "candles")
    assert lab.rows("candles", "hour(open_at), close") == [(0, 1.0), (15, 2.0), (16, 3.0), (23, 4.0)]
    assert (report.rows_kept, report.rows_quarantined, report.coverage) == (4, 0, {"okx": 24})


def test_without_the_second_file_the_last_eight_hours_are_missing(lab: Lab) -> None:
    put(lab, trade(0), trade(15))
    lab.land("okx", "candles")
    states = lab.states("candles", "okx")
    assert {hour for hour, state in states.items() if state == "missing"} == set(range(16, 24))
    assert {states[hour] for hour in range(16)} == {"complete"}


def test_without_the_first_file_the_first_sixteen_hours_are_missing(lab: Lab) -> None:
    put(lab, trade(16), day=NEXT)
    lab.land("okx", "candles")
    states = lab.states("candles", "okx")
    assert {hour for hour, state in states.items() if state == "missing"} == set(range(16))


def test_trades_of_swaps_are_in_contracts_which_are_no_volume_and_those_of_spot_in_coins(lab: Lab) -> None:
    put(lab, trade(1), trade(1.001, size="10"))
    put(lab, trade(1, 0.25, "1.912e-05", "DOGE-USDT"), symbol="DOGE-USDT")
    put(lab, trade(1, size="7", symbol="BTC-USD-260327"), symbol="BTC-USD-260327")
    lab.land("okx", "candles")
    assert sorted(lab.rows("candles", BAR)) == [
        ("okx", "BTC-USD-260327", 1, 80_000.0, 80_000.0, None, None, 1),
        ("okx", SWAP, 1, 80_000.0, 80_000.0, None, None, 2),
        ("okx-spot", "DOGE-USDT", 1, 0.25, 0.25, 1.912e-05, pytest.approx(4.78e-06), 1),
    ]


def test_a_chain_of_futures_is_no_spot_market(lab: Lab) -> None:
    expiries = ("BTC-USD-260227", "BTC-USD-260327")
    put(lab, *(trade(1, size="7", symbol=symbol) for symbol in expiries), symbol="BTC-USD-futureschain")
    assert lab.land("okx", "candles").venues == ["okx"]
    assert sorted(lab.rows("candles", "symbol, base_volume, quote_volume")) == [
        (symbol, None, None) for symbol in expiries
    ]


def test_a_bad_trade_is_named_by_its_line_on_the_day_that_the_file_is_named_after(lab: Lab) -> None:
    put(lab, trade(1), trade(2, size="0"), trade(3, "x"), trade(40), trade(4))
    report = lab.land("okx", "candles")
    by_line = dict(lab.quarantined())
    assert by_line.pop(4).startswith("price: ")
    assert by_line == {3: "size is not a positive number", 5: "traded_at is not of the file's day"}
    assert report.coverage == {"okx": 0}


def answer(lab: Lab, endpoint: str, data: list[object], symbol: str = SWAP, code: str = "0") -> None:
    document = {"code": code, "msg": "", "data": data}
    plain(lab.archive / f"okx/rest/{endpoint}/{symbol}/2026-01-31.json", json.dumps(document))


def bar(hour: int, close: str = "80100", confirm: str = "1") -> list[str]:
    at = str(MIDNIGHT_MS + hour * HOUR_MS)
    return [at, "80000", "80200", "79900", close, "5000", "50", "4000000", confirm]


def test_hour_bars_have_the_volume_in_coins_and_in_quote_units(lab: Lab) -> None:
    answer(lab, "history-candles", [bar(hour) for hour in reversed(range(24))])
    report = lab.land("okx", "candles")
    assert (report.rows_kept, report.coverage) == (24, {"okx": 24})
    columns = "distinct venue, symbol, interval_s, open, high, low, close, base_volume, quote_volume"
    assert lab.rows("candles", columns) == [
        ("okx", SWAP, 3600, 80_000.0, 80_200.0, 79_900.0, 80_100.0, 50.0, 4_000_000.0)
    ]


def test_spot_has_its_coins_in_another_column(lab: Lab) -> None:
    answer(lab, "history-candles", [bar(0)], "BTC-USDT")
    lab.land("okx", "candles")
    assert lab.rows("candles", "venue, base_volume, quote_volume") == [("okx-spot", 5_000.0, 4_000_000.0)]


def test_a_bar_that_is_not_closed_is_left_out_and_one_that_contradicts_itself_is_named(lab: Lab) -> None:
    answer(lab, "history-candles", [bar(23, confirm="0"), bar(22), bar(21, "90000"), bar(-1)])
    report = lab.land("okx", "candles")
    assert (report.rows_kept, report.coverage) == (1, {"okx": 1})
    assert lab.quarantined() == [(3, "high is below low, open or close")]
    assert lab.states("candles", "okx")[23] == "missing"


def test_a_bar_without_the_last_field_is_left_out_as_its_fields_cannot_be_told_apart(lab: Lab) -> None:
    short = bar(3)
    del short[7]
    answer(lab, "history-candles", [short, bar(2)])
    lab.land("okx", "candles")
    assert lab.rows("candles", "hour(open_at), quote_volume") == [(2, 4_000_000.0)]
    assert lab.states("candles", "okx")[3] == "missing"


def settled(hour: float, rate: str = "0.0001", late_ms: int = 0) -> dict[str, str]:
    at = MIDNIGHT_MS + round(hour * HOUR_MS) + late_ms
    return {"instId": SWAP, "fundingRate": "0.5", "realizedRate": rate, "fundingTime": str(at)}


def test_of_funding_the_day_s_own_settlements_are_kept_at_the_realised_rate(lab: Lab) -> None:
    answer(lab, "funding-rate-history", [settled(16, late_ms=12), settled(8, "-0.0002"), settled(0), settled(-8)])
    report = lab.land("okx", "funding")
    assert lab.rows("funding", "venue, symbol, epoch_ms(settled_at), rate, interval_h") == [
        ("okx", SWAP, MIDNIGHT_MS, 0.0001, None),
        ("okx", SWAP, MIDNIGHT_MS + 8 * HOUR_MS, -0.0002, None),
        ("okx", SWAP, MIDNIGHT_MS + 16 * HOUR_MS + 12, 0.0001, None),
    ]
    assert (report.rows_quarantined, report.coverage) == (0, {"okx": 24})


def test_a_settlement_without_time_or_rate_is_named_though_others_are_left_out(lab: Lab) -> None:
    undated = {"realizedRate": "0.1", "fundingTime": ""}
    answer(lab, "funding-rate-history", [settled(8, ""), undated, settled(0), settled(-8)])
    assert lab.land("okx", "funding").rows_kept == 1
    assert lab.quarantined() == [
        (1, "rate is empty or not of its type"),
        (2, "settled_at is empty or not of its type"),
    ]


@pytest.mark.parametrize("code", ["0", "51001"])
def test_an_empty_answer_covers_nothing(code: str, lab: Lab) -> None:
    answer(lab, "funding-rate-history", [], code=code)
    assert lab.land("okx", "funding").coverage == {"okx": 0}


def test_open_interest_is_in_contracts_coins_and_usd(lab: Lab) -> None:
    samples = [
        [str(MIDNIGHT_MS + hour * HOUR_MS), "3000000", "30000", "2400000000"] for hour in (*reversed(range(24)), -1)
    ]
    answer(lab, "open-interest-history", [*samples])
    report = lab.land("okx", "open_interest")
    assert (report.rows_kept, report.rows_quarantined, report.coverage) == (24, 0, {"okx": 24})
    assert lab.rows("open_interest", "distinct symbol, oi_base, oi_contracts, oi_usd") == [
        (SWAP, 30_000.0, 3_000_000.0, 2_400_000_000.0)
    ]


def test_a_sample_that_says_nothing_is_named_and_its_hour_is_missing(lab: Lab) -> None:
    samples = [[str(MIDNIGHT_MS + hour * HOUR_MS), "3", "2", "1"] for hour in reversed(range(24))]
    samples[3] = [samples[3][0], "", "", ""]
    answer(lab, "open-interest-history", [*samples])
    lab.land("okx", "open_interest")
    assert lab.quarantined() == [(4, "no open interest in the row")]
    states = lab.states("open_interest", "okx")
    assert {hour for hour, state in states.items() if state != "complete"} == {20}


def test_the_endpoints_are_asked_for_what_lies_before_the_day_s_end() -> None:
    end = MIDNIGHT_MS + 86_399_999
    asked = [
        contract.fill(feed.request.target, DAY, {"symbol": SWAP})
        for feed in (CANDLES, FUNDING, OPEN_INTEREST)
        if feed.request
    ]
    assert asked == [
        f"api/v5/market/history-candles?instId={SWAP}&bar=1H&after={end}&limit=24",
        f"api/v5/public/funding-rate-history?instId={SWAP}&after={end}&limit=100",
        f"api/v5/rubik/stat/contracts/open-interest-history?instId={SWAP}&period=1H&end={end}&limit=100",
    ]
