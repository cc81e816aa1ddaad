"""Deribit: whose order a liquidation was, in which unit, and funding by the hour."""

import json

import pytest

from orchestration.feeds import contract
from orchestration.feeds.deribit import FUNDING, LIQUIDATIONS
from tests.landing.conftest import lab
from tests.landing.kit import DAY, MIDNIGHT_MS, Lab, plain

__all__ = ["lab"]

PERPETUAL = "BTC-PERPETUAL"
METHOD = "get_last_trades_by_instrument_and_time"


def trade(number: int = 1, liquidation: str | None = "T", **fields: object) -> dict[str, object]:
    base = {
        "trade_id": str(number),
        "timestamp": MIDNIGHT_MS + number * 1000,
        "instrument_name": PERPETUAL,
        "direction": "sell",
        "amount": 5000.0,
        "price": 80_000.5,
        **({"liquidation": liquidation} if liquidation else {}),
    }
    return base | fields


def trades(lab: Lab, *found: dict[str, object], symbol: str = PERPETUAL, has_more: bool = False) -> None:
    document = {"jsonrpc": "2.0", "result": {"trades": found, "has_more": has_more}}
    plain(lab.archive / f"deribit/rest/{METHOD}/{symbol}/2026-01-31.json", json.dumps(document))


@pytest.mark.parametrize(
    ("liquidation", "direction", "orders"),
    [
        ("T", "sell", ["sell"]),
        ("T", "buy", ["buy"]),
        ("M", "sell", ["buy"]),
        ("M", "buy", ["sell"]),
        ("MT", "sell", ["buy", "sell"]),
        ("MT", "buy", ["buy", "sell"]),
        (None, "buy", []),
    ],
)
def test_who_was_liquidated_says_whose_order_it_was(
    liquidation: str | None, direction: str, orders: list[str], lab: Lab
) -> None:
    trades(lab, trade(1, liquidation, direction=direction))
    report = lab.land("deribit", "liquidations")
    assert [side for (side,) in lab.rows("liquidations", "order_side")] == orders
    assert (report.rows_kept, report.rows_quarantined) == (len(orders), 0)


def test_both_liquidations_of_one_trade_are_that_trade_s(lab: Lab) -> None:
    trades(lab, trade(7, "MT"), trade(8, None))
    lab.land("deribit", "liquidations")
    columns = "epoch_ms(occurred_at), symbol, order_side, liquidated_side, quantity, quantity_unit, price, price_basis, order_id"
    assert sorted(lab.rows("liquidations", columns)) == [
        (MIDNIGHT_MS + 7000, PERPETUAL, side, None, 5000.0, "usd", 80_000.5, "execution", "7")
        for side in ("buy", "sell")
    ]


@pytest.mark.parametrize(
    ("symbol", "unit"),
    [(PERPETUAL, "usd"), ("BTC-27MAR26", "usd"), ("BTC_USDC-PERPETUAL", "base"), ("SOL_USDC-27MAR26", "base")],
)
def test_the_amount_s_unit_is_that_of_the_instrument(symbol: str, unit: str, lab: Lab) -> None:
    trades(lab, trade(instrument_name=symbol), symbol=symbol)
    lab.land("deribit", "liquidations")
    assert lab.rows("liquidations", "symbol, quantity_unit") == [(symbol, unit)]


@pytest.mark.parametrize("has_more", [False, True])
def test_an_hour_is_never_known_to_be_whole(has_more: bool, lab: Lab) -> None:
    trades(lab, trade(1), trade(2, timestamp=MIDNIGHT_MS + 5 * 3_600_000), has_more=has_more)
    report = lab.land("deribit", "liquidations")
    states = lab.states("liquidations", "deribit")
    assert {hour for hour, state in states.items() if state == "partial"} == {0, 5}
    assert report.coverage == {"deribit": 0}


def test_bad_liquidations_are_named_by_their_place_and_a_repeat_is_one(lab: Lab) -> None:
    trades(
        lab,
        trade(1, "MT"),
        trade(2, None, price=-1),
        trade(3, "X"),
        trade(4, "T", amount=0),
        trade(5, "T", direction="zero"),
        trade(6, "T", timestamp=MIDNIGHT_MS - 1),
        trade(1, "MT"),
    )
    report = lab.land("deribit", "liquidations")
    assert report.rows_kept == 2
    assert lab.quarantined() == [
        (3, "no side"),
        (4, "quantity is not a positive number"),
        (5, "side is neither buy nor sell"),
        (6, "occurred_at is not of the file's day"),
        (7, "repeats an earlier row"),
        (7, "repeats an earlier row"),
    ]


def funding(lab: Lab, records: object, symbol: str = PERPETUAL) -> None:
    document = {"jsonrpc": "2.0", "result": records}
    plain(lab.archive / f"deribit/rest/get_funding_rate_history/{symbol}/2026-01-31.json", json.dumps(document))


def hourly(hour: int, rate: object = 0.00001, late_ms: int = 0) -> dict[str, object]:
    at = MIDNIGHT_MS + hour * 3_600_000 + late_ms
    return {
        "timestamp": at,
        "interest_1h": rate,
        "interest_8h": 0.5,
        "index_price": 80_000.5,
        "prev_index_price": 80_001,
    }


def test_funding_is_the_hour_s_and_may_come_some_milliseconds_late(lab: Lab) -> None:
    funding(lab, [hourly(hour, late_ms=hour) for hour in range(24)])
    report = lab.land("deribit", "funding")
    assert (report.rows_kept, report.coverage) == (24, {"deribit": 24})
    assert lab.rows("funding", "distinct venue, symbol, rate, interval_h") == [("deribit", PERPETUAL, 0.00001, 1.0)]
    assert lab.rows("funding", "max(epoch_ms(settled_at))") == [(MIDNIGHT_MS + 23 * 3_600_000 + 23,)]


def test_an_hour_without_funding_shows_and_an_empty_answer_covers_nothing(lab: Lab) -> None:
    funding(lab, [hourly(hour) for hour in range(24) if hour != 7])
    lab.land("deribit", "funding")
    states = lab.states("funding", "deribit")
    assert {hour for hour, state in states.items() if state != "complete"} == {7}
    funding(lab, [])
    assert lab.land("deribit", "funding").coverage == {"deribit": 0}


def test_a_rate_that_is_none_is_named(lab: Lab) -> None:
    funding(lab, [hourly(0), hourly(1, None), hourly(2, 1.5), hourly(24)])
    assert lab.land("deribit", "funding").rows_kept == 1
    assert lab.quarantined() == [
        (2, "rate is empty or not of its type"),
        (3, "rate is not a number between -1 and 1"),
        (4, "settled_at is not of the file's day"),
    ]


def test_the_answer_of_an_error_covers_nothing(lab: Lab) -> None:
    path = lab.archive / f"deribit/rest/get_funding_rate_history/{PERPETUAL}/2026-01-31.json"
    plain(path, json.dumps({"jsonrpc": "2.0", "error": {"code": 13020, "message": "not_found"}}))
    assert lab.land("deribit", "funding").coverage == {"deribit": 0}
    assert lab.quarantined() == [(0, "not a JSON document with $.result[*]")]


def test_a_day_is_asked_for_by_instrument_from_its_first_to_its_last_instant() -> None:
    span = f"instrument_name={PERPETUAL}&start_timestamp={MIDNIGHT_MS}&end_timestamp={MIDNIGHT_MS + 86_399_999}"
    asked = [
        contract.fill(feed.request.target, DAY, {"symbol": PERPETUAL})
        for feed in (FUNDING, LIQUIDATIONS)
        if feed.request
    ]
    assert asked == [
        f"api/v2/public/get_funding_rate_history?{span}",
        f"api/v2/public/{METHOD}?{span}&count=1000&sorting=asc",
    ]
