"""Single liquidations: logs, the recorder's files, and what they prove about the hours."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.landing.kit import DAY, MIDNIGHT_MS, Lab, gzipped, plain

START = datetime(2026, 1, 31, tzinfo=UTC)


def order(symbol: str = "BTC", side: str = "SELL", at: int | str = MIDNIGHT_MS + 3_600_000, extra: str = "") -> str:
    return f"{symbol},{side},LIMIT,IOC,3.0,101.0,100.0,FILLED,1.0,2.0,{at},303.0{extra}"


def log(lab: Lab, *rows: str) -> None:
    plain(lab.archive / "binance/logs/forceOrder/mine.csv", "\n".join(rows) + "\n")


def test_the_value_of_an_order_is_all_that_was_filled_at_its_average_price(lab: Lab) -> None:
    log(lab, order())
    lab.land("binance", "liquidations")
    found = lab.rows("liquidations", "order_side, quantity, quantity_unit, price, price_basis")
    assert found == [("sell", 2.0, "base", 100.0, "average")]


def test_a_bare_coin_means_usdt_and_other_quotes_stay(lab: Lab) -> None:
    log(lab, order("BTC"), order("SOLUSDC"), order("币安人生"), order("BTCUSD_PERP"))
    lab.land("binance", "liquidations")
    found = dict(lab.rows("liquidations", "symbol, quantity_unit"))
    assert found == {"BTCUSDT": "base", "SOLUSDC": "base", "币安人生USDT": "base", "BTCUSD_PERP": "contracts"}


def test_a_log_that_grows_a_column_is_read_through(lab: Lab) -> None:
    log(lab, order("BTC"), order("ETH", extra=",0"))
    assert lab.land("binance", "liquidations").rows_kept == 2


def test_a_time_without_date_and_a_line_of_code_are_quarantined_not_guessed(lab: Lab) -> None:
    log(lab, order(), order(at="15:54:29"), "<generator object log.<locals>.<genexpr> at 0x00>,175.54")
    report = lab.land("binance", "liquidations")
    assert (report.rows_in, report.rows_kept) == (3, 1)
    assert [line for line, _ in lab.quarantined()] == [2, 3]


def test_a_side_that_is_neither_buy_nor_sell_is_quarantined(lab: Lab) -> None:
    log(lab, order(), order(side="CLOSE"))
    lab.land("binance", "liquidations")
    assert lab.quarantined() == [(2, "side is neither buy nor sell")]


def test_a_log_covers_only_the_hours_that_it_has_rows_of_and_those_only_in_part(lab: Lab) -> None:
    log(lab, order(at=MIDNIGHT_MS + 14 * 3_600_000), order(at=MIDNIGHT_MS + 21 * 3_600_000))
    lab.land("binance", "liquidations")
    states = lab.states("liquidations", "binance")
    assert {hour for hour, state in states.items() if state == "partial"} == {14, 21}
    assert {state for hour, state in states.items() if hour not in (14, 21)} == {"missing"}


def message(at: datetime, symbol: str = "BTCUSDT") -> str:
    body = {"e": "forceOrder", "E": 0, "o": {"s": symbol, "S": "SELL", "q": "2", "p": "99", "ap": "100", "z": "2"}}
    body["o"]["T"] = int(at.timestamp() * 1000)  # type: ignore[index]
    return json.dumps({"received_at": f"{at:%Y-%m-%dT%H:%M:%S}Z", "message": body})


def mark(at: datetime, state: str) -> str:
    return json.dumps({"received_at": f"{at:%Y-%m-%dT%H:%M:%S}Z", "connection": state})


def recorded(lab: Lab, rows: list[str], day: str = "2026-01-31") -> Path:
    return gzipped(lab.archive / f"binance/recorded/forceOrder/{day}.ndjson.gz", "\n".join(rows) + "\n")


def alive(start: int, end: int) -> list[str]:
    """Marks once a minute, from one minute of the day to another, both included."""
    return [mark(START + timedelta(minutes=n), "alive") for n in range(start, end + 1)]


def test_an_hour_without_orders_is_complete_if_the_recorder_was_connected(lab: Lab) -> None:
    recorded(lab, alive(0, 1440))
    lab.land("binance", "liquidations")
    assert set(lab.states("liquidations", "binance").values()) == {"complete"}
    assert lab.rows("liquidations") == []


def test_a_lost_connection_makes_hours_partial_and_missing(lab: Lab) -> None:
    lost, back = START + timedelta(minutes=612), START + timedelta(minutes=750)
    recorded(lab, [*alive(0, 612), mark(lost, "lost"), mark(back, "open"), *alive(751, 1440)])
    lab.land("binance", "liquidations")
    states = lab.states("liquidations", "binance")
    assert (states[9], states[10], states[11], states[12], states[13]) == (
        "complete", "partial", "missing", "partial", "complete",
    )  # fmt: skip


def test_silence_without_a_mark_is_a_gap_too(lab: Lab) -> None:
    recorded(lab, [*alive(0, 60), *alive(180, 1440)])
    lab.land("binance", "liquidations")
    states = lab.states("liquidations", "binance")
    assert (states[0], states[1], states[2], states[3]) == ("complete", "missing", "missing", "complete")


def test_a_broken_line_of_a_recording_is_quarantined_and_marks_are_no_rows(lab: Lab) -> None:
    recorded(lab, [mark(START, "open"), message(START + timedelta(seconds=5)), '{"received_at": "2026-', *alive(1, 2)])
    report = lab.land("binance", "liquidations")
    assert (report.rows_in, report.rows_kept) == (2, 1)
    assert lab.quarantined() == [(3, "not a JSON object")]


def test_an_order_received_after_midnight_belongs_to_the_day_it_happened(lab: Lab) -> None:
    late = json.loads(message(START + timedelta(hours=23, minutes=59, seconds=59)))
    late["received_at"] = "2026-02-01T00:00:00.200Z"
    recorded(lab, alive(0, 1440))
    recorded(lab, [json.dumps(late)], "2026-02-01")
    assert lab.land("binance", "liquidations").rows_kept == 1
    assert lab.land("binance", "liquidations", DAY + timedelta(days=1)).rows_kept == 0
