"""Recordings and logs of single orders where they are cut, mixed or continue after midnight."""

import gzip
import json
from datetime import datetime, timedelta, timezone

import pytest

from tests.landing.kit import DAY, MIDNIGHT_MS, Lab, plain
from tests.landing.test_orders import START, alive, log, mark, message, order, recorded

NEXT = "2026-02-01"
FILE = "binance/recorded/forceOrder/2026-01-31.ndjson.gz"


def test_hour_23_is_complete_only_with_the_next_day_s_file(lab: Lab) -> None:
    recorded(lab, alive(0, 1439))
    lab.land("binance", "liquidations")
    assert lab.states("liquidations", "binance")[23] == "partial"
    recorded(lab, alive(1440, 1445), NEXT)
    lab.land("binance", "liquidations")
    assert lab.states("liquidations", "binance")[23] == "complete"


def test_a_next_day_that_begins_late_does_not_complete_hour_23(lab: Lab) -> None:
    recorded(lab, alive(0, 1430))
    recorded(lab, alive(1440, 1445), NEXT)
    lab.land("binance", "liquidations")
    assert lab.states("liquidations", "binance")[23] == "partial"


def test_an_order_is_a_sign_of_life_but_not_after_a_lost_connection(lab: Lab) -> None:
    beat = [message(START + timedelta(minutes=n)) for n in range(61)]
    recorded(lab, [*beat, mark(START + timedelta(minutes=60), "lost"), *alive(125, 181)])
    lab.land("binance", "liquidations")
    states = lab.states("liquidations", "binance")
    assert (states[0], states[1], states[2]) == ("complete", "missing", "partial")


@pytest.mark.parametrize("at", ["infinity", "-infinity"])
def test_a_mark_at_no_instant_tells_of_no_connection(at: str, lab: Lab) -> None:
    never = json.dumps({**json.loads(mark(START, "alive")), "received_at": at})
    recorded(lab, [*alive(0, 61), never, message(START + timedelta(minutes=61))])
    assert lab.land("binance", "liquidations").rows_kept == 1
    states = lab.states("liquidations", "binance")
    assert (states[0], states[1]) == ("complete", "partial")


def test_an_order_received_at_no_instant_is_quarantined_though_old_ones_are_left_out(lab: Lab) -> None:
    def received(at: str) -> str:
        details = [{"ts": str(MIDNIGHT_MS), "side": "buy", "sz": "1", "bkPx": "100"}]
        data = [{"instId": "BTC-USDT-SWAP", "details": details}]
        return json.dumps({"received_at": at, "at": "$.data[0].details[0]", "message": {"data": data}}) + "\n"

    path = lab.archive / "okx/recorded/liquidation-orders/2026-01-31.ndjson.gz"
    path.parent.mkdir(parents=True)
    times = ["2026-01-31T00:00:01Z", "infinity", "2026-02-02T00:00:00Z"]
    path.write_bytes(gzip.compress("".join(map(received, times)).encode()))
    assert lab.land("okx", "liquidations").rows_kept == 1
    assert lab.quarantined() == [(2, "received_at: not of its type")]


def test_a_time_of_receipt_is_read_with_its_zone(lab: Lab) -> None:
    def further_east(line: str) -> str:
        read = json.loads(line)
        at = datetime.fromisoformat(read["received_at"]).astimezone(timezone(timedelta(hours=5)))
        return json.dumps({**read, "received_at": at.isoformat()})

    recorded(lab, [further_east(line) for line in alive(0, 61)])
    lab.land("binance", "liquidations")
    assert lab.states("liquidations", "binance")[0] == "complete"


def test_a_recording_in_several_gzip_members_is_read_to_its_end(lab: Lab) -> None:
    path = recorded(lab, [mark(START, "open"), message(START + timedelta(seconds=1))])
    path.write_bytes(path.read_bytes() + gzip.compress((message(START + timedelta(seconds=70)) + "\n").encode()))
    assert lab.land("binance", "liquidations").rows_kept == 2


@pytest.mark.parametrize("junk", ["[1, 2]", "5", '"text"', "{}", "null", '{"message": {"o": {"s": "X"}}}'])
def test_json_that_is_no_order_is_quarantined_with_its_line(junk: str, lab: Lab) -> None:
    recorded(lab, [message(START), "", junk, "", message(START + timedelta(seconds=9))])
    report = lab.land("binance", "liquidations")
    assert report.rows_kept == 2
    assert lab.rows("quarantine", "dump_path, row_number") == [(FILE, 3)]


def test_json_of_the_wrong_type_is_named_and_not_taken_for_nothing(lab: Lab) -> None:
    bad = message(START + timedelta(seconds=2)).replace('"ap": "100"', '"ap": "much"')
    recorded(lab, [message(START), bad, message(START + timedelta(seconds=9))])
    assert lab.land("binance", "liquidations").rows_kept == 2
    assert lab.rows("quarantine", "row_number, reason") == [(2, "average_price: not of its type")]


def test_lines_of_broken_json_and_bad_orders_keep_their_numbers(lab: Lab) -> None:
    bad = message(START + timedelta(seconds=2)).replace('"ap": "100"', '"ap": "-1"')
    recorded(lab, [mark(START, "open"), "{", bad, "", "{]", bad, message(START + timedelta(seconds=3))])
    assert lab.land("binance", "liquidations").rows_kept == 1
    assert [line for line, _ in lab.quarantined()] == [2, 3, 5, 6]


def test_bytes_that_are_no_text_do_not_hide_the_other_lines_of_a_recording(lab: Lab) -> None:
    path = recorded(lab, [message(START), "JUNK", message(START + timedelta(seconds=9))])
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"JUNK", b'{"a":\xff')))
    assert lab.land("binance", "liquidations").rows_kept == 2
    assert [line for line, _ in lab.quarantined()] == [2]


def test_ends_of_lines_may_differ_and_a_carriage_return_within_one_is_told(lab: Lab) -> None:
    path = recorded(
        lab, [message(START), message(START + timedelta(seconds=5)), "A", message(START + timedelta(seconds=9))]
    )
    text = gzip.decompress(path.read_bytes()).replace(b"\n", b"\r\n", 1).replace(b"A", b'{"a":\r1}')
    path.write_bytes(gzip.compress(text))
    assert lab.land("binance", "liquidations").rows_kept == 3
    assert lab.quarantined() == [(3, "a carriage return stands within the line")]


def test_a_recording_that_was_cut_covers_nothing(lab: Lab) -> None:
    path = recorded(lab, [*alive(0, 1440), message(START)])
    path.write_bytes(path.read_bytes()[:-12])
    lab.land("binance", "liquidations")
    assert set(lab.states("liquidations", "binance").values()) == {"missing"}
    ((line, reason),) = lab.quarantined()
    assert line == 0
    assert "gz" in reason


def test_the_log_s_own_usd_column_and_the_last_fill_are_not_taken(lab: Lab) -> None:
    log(lab, order())
    lab.land("binance", "liquidations")
    assert lab.rows("liquidations", "quantity * price, notional_usd") == [(200.0, None)]


def test_a_line_of_code_at_the_top_of_a_log_hides_no_order(lab: Lab) -> None:
    log(lab, "<generator object log.<locals>.<genexpr> at 0x00>", order(), order(at=MIDNIGHT_MS + 7_200_000))
    report = lab.land("binance", "liquidations")
    assert (report.rows_in, report.rows_kept) == (3, 2)
    assert [line for line, _ in lab.quarantined()] == [1]


def test_a_log_of_nothing_but_bad_lines_is_quarantined_line_by_line(lab: Lab) -> None:
    log(lab, order(at="15:54:29"), order(at="15:54:30"))
    report = lab.land("binance", "liquidations")
    assert (report.rows_kept, report.rows_quarantined) == (0, 2)
    assert [line for line, _ in lab.quarantined()] == [1, 2]


def test_the_coin_usdc_is_a_bare_coin_too(lab: Lab) -> None:
    log(lab, order("USDC"), order("BTCUSDC"))
    lab.land("binance", "liquidations")
    assert sorted(lab.rows("liquidations", "symbol")) == [("BTCUSDC",), ("USDCUSDT",)]


def test_a_bad_line_of_a_long_log_belongs_to_the_days_that_the_log_has(lab: Lab) -> None:
    log(lab, order(), "junk", order(at=MIDNIGHT_MS + 86_400_000))
    for day, bad in ((DAY, 1), (DAY + timedelta(days=1), 1), (DAY + timedelta(days=2), 0)):
        assert lab.land("binance", "liquidations", day).rows_quarantined == bad


def test_a_log_and_a_recording_of_one_day_are_both_read_and_the_better_coverage_counts(lab: Lab) -> None:
    log(lab, order())
    recorded(lab, [*alive(0, 1440), json.dumps({"received_at": "2026-01-31T10:00:00Z", "connection": "alive"})])
    plain(lab.archive / "binance/logs/forceOrder/notes.txt", "not a log")
    assert lab.land("binance", "liquidations").rows_kept == 1
    assert set(lab.states("liquidations", "binance").values()) == {"complete"}
