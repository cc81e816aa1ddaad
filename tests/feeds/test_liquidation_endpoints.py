"""Liquidations that venues tell at public endpoints: whose they were, in which unit, and where the next page is."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from orchestration.feeds.bitfinex import LIQUIDATIONS as BITFINEX
from orchestration.feeds.bitget import LIQUIDATIONS as BITGET
from orchestration.feeds.contract import Feed, fill
from orchestration.feeds.deribit import LIQUIDATIONS as DERIBIT
from orchestration.feeds.gate import LIQUIDATIONS as GATE
from orchestration.feeds.htx import LIQUIDATIONS as HTX
from orchestration.feeds.okx import LIQUIDATIONS as OKX
from tests.landing.conftest import lab
from tests.landing.kit import DAY, MIDNIGHT_MS, Lab, plain

__all__ = ["lab"]

AT = MIDNIGHT_MS + 3_600_000
SIDES = "symbol, order_side, liquidated_side, quantity, quantity_unit, price, price_basis"


def okx(*details: dict[str, object]) -> Any:
    return {
        "code": "0",
        "data": [{"instId": "BTC-USDT-SWAP", "uly": "BTC-USDT", "details": details}] if details else [],
    }


def okx_order(**fields: object) -> dict[str, object]:
    return {"side": "sell", "posSide": "long", "bkPx": "76000", "sz": "30.14", "bkLoss": "0", "ts": str(AT)} | fields


def bitget_order(**fields: object) -> dict[str, object]:
    return {"symbol": "BTCUSDT", "side": "buy", "price": "76000", "amount": "0.5", "ts": str(AT)} | fields


def gate_order(**fields: object) -> dict[str, object]:
    order = {"contract": "BTC_USDT", "left": 0, "size": -165, "fill_price": "76000", "order_price": "76200"}
    return order | {"time": AT // 1000} | fields


def htx_order(**fields: object) -> dict[str, object]:
    order = {"id": "150153038758", "contract_code": "BTC-USDT", "liquidation_time": str(AT), "side": "sell"}
    return order | {"position_side": "long", "volume": "2", "amount": "2", "bankrupt_price": "76000"} | fields


def bitfinex_row(
    amount: float | None, is_match: int = 0, at: int = AT, price: float | None = 76_000.0
) -> list[list[object]]:
    return [["pos", 171, at, None, "tBTCF0:USTF0", amount, 75_000.0, None, is_match, 1, None, price]]


@dataclass(frozen=True)
class Case:
    """A venue's answer with good orders and, after them, bad ones."""

    feed: Feed
    path: str
    good: list[Any]
    rows: list[tuple[object, ...]]
    bad: list[Any]
    wrap: Callable[[list[Any]], Any] = list
    aside: tuple[Any, ...] = ()


CASES = {
    "okx": Case(
        OKX,
        "okx/rest/liquidation-orders/BTC-USDT/2026-01-31.json",
        [okx_order(), okx_order(side="buy", sz="1")],
        [
            ("BTC-USDT-SWAP", "buy", None, 1.0, "contracts", 76_000.0, "bankruptcy"),
            ("BTC-USDT-SWAP", "sell", None, 30.14, "contracts", 76_000.0, "bankruptcy"),
        ],
        [okx_order(side="net"), okx_order(sz="x"), okx_order(ts="soon")],
        wrap=lambda orders: okx(*orders),
        aside=(okx_order(ts=str(MIDNIGHT_MS - 1)),),
    ),
    "bitget": Case(
        BITGET,
        "bitget/rest/liquidations/BTCUSDT/2026-01-31.json",
        [bitget_order(), bitget_order(side="sell", amount="2")],
        [
            ("BTCUSDT", "buy", None, 0.5, "base", 76_000.0, "bankruptcy"),
            ("BTCUSDT", "sell", None, 2.0, "base", 76_000.0, "bankruptcy"),
        ],
        [bitget_order(side="long"), bitget_order(price=None), bitget_order(amount="-1")],
        wrap=lambda orders: {"code": "00000", "data": {"list": orders, "cursor": "1"}},
        aside=(bitget_order(ts=str(MIDNIGHT_MS + 86_400_000)),),
    ),
    "gate": Case(
        GATE,
        "gate/rest/liq_orders/BTC_USDT/2026-01-31.json",
        [gate_order(), gate_order(size=200, left=50)],
        [
            ("BTC_USDT", None, "long", 150.0, "contracts", 76_000.0, "average"),
            ("BTC_USDT", None, "short", 165.0, "contracts", 76_000.0, "average"),
        ],
        [gate_order(size=0), gate_order(left=-165), gate_order(time="x"), gate_order(fill_price="0")],
    ),
    "htx": Case(
        HTX,
        "htx/rest/liquidation_orders/BTC-USDT/2026-01-31.json",
        [htx_order(), htx_order(id="2", side="buy", position_side="both")],
        [
            ("BTC-USDT", "buy", None, 2.0, "contracts", 76_000.0, "bankruptcy"),
            ("BTC-USDT", "sell", "long", 2.0, "contracts", 76_000.0, "bankruptcy"),
        ],
        [htx_order(id="3", side="up", position_side="x"), htx_order(id="4", volume="0"), htx_order(id="5", bankrupt_price="")],
        wrap=lambda orders: {"code": 200, "data": orders},
    ),
    "bitfinex": Case(
        BITFINEX,
        "bitfinex/rest/liquidations/2026-01-31.json",
        [bitfinex_row(0.5), bitfinex_row(-2.0, price=None)],
        [
            ("BTCF0:USTF0", None, "long", 0.5, "base", 76_000.0, "order"),
            ("BTCF0:USTF0", None, "short", 2.0, "base", 75_000.0, "order"),
        ],
        [bitfinex_row(0.0), bitfinex_row(None), bitfinex_row(1.0, at=-5)],
        aside=(bitfinex_row(1.0, is_match=1),),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_orders_have_the_side_and_unit_of_their_venue_and_bad_ones_are_named(name: str, lab: Lab) -> None:
    case = CASES[name]
    orders = [*case.good, *case.bad, *case.aside]
    plain(lab.archive / case.path, json.dumps(case.wrap(orders)))
    lab.land(name, "liquidations")
    assert sorted(lab.rows("liquidations", SIDES), key=str) == sorted(case.rows, key=str)
    first = len(case.good) + 1
    assert [line for line, _ in lab.quarantined()] == list(range(first, first + len(case.bad)))


@pytest.mark.parametrize("name", CASES)
def test_an_hour_with_orders_is_known_in_part_and_one_without_not_at_all(name: str, lab: Lab) -> None:
    case = CASES[name]
    plain(lab.archive / case.path, json.dumps(case.wrap(case.good)))
    lab.land(name, "liquidations")
    states = lab.states("liquidations", name)
    assert (states[1], states[2]) == ("partial", "missing")
    assert set(states.values()) == {"partial", "missing"}


@pytest.mark.parametrize("name", CASES)
def test_the_answer_of_an_error_is_no_order(name: str, lab: Lab) -> None:
    plain(lab.archive / CASES[name].path, '{"code": 50011, "msg": "Too Many Requests"}')
    report = lab.land(name, "liquidations")
    assert report.rows_kept == 0
    assert [line for line, _ in lab.quarantined()] == [0]


def cursor(feed: Feed, answer: object) -> object:
    assert feed.request
    assert feed.request.pages
    return feed.request.pages.cursor(answer, MIDNIGHT_MS)


def test_a_full_page_leads_to_the_next_and_another_day_s_or_a_part_of_one_is_the_last() -> None:
    assert cursor(OKX, okx(*[okx_order(ts=str(AT + n)) for n in range(100)])) == AT
    assert cursor(OKX, okx(*[okx_order(ts=str(MIDNIGHT_MS - n)) for n in range(100)])) is None
    assert cursor(OKX, okx(okx_order())) is None
    page = {"list": [bitget_order()] * 100, "cursor": "77"}
    assert cursor(BITGET, {"data": page}) == "77"
    assert cursor(BITGET, {"data": page | {"list": [bitget_order()] * 99}}) is None
    assert cursor(BITGET, {"data": page | {"list": [bitget_order(ts=str(MIDNIGHT_MS - 1))] * 100}}) is None
    assert cursor(HTX, {"data": [htx_order()] * 100}) == "150153038758"
    assert cursor(HTX, {"data": []}) is None
    assert cursor(BITFINEX, [bitfinex_row(1.0)] * 500) == AT
    assert cursor(BITFINEX, [bitfinex_row(1.0)]) is None
    trades = [{"timestamp": AT}]
    assert cursor(DERIBIT, {"result": {"trades": trades, "has_more": True}}) == AT
    assert cursor(DERIBIT, {"result": {"trades": trades, "has_more": False}}) is None


def test_gate_and_htx_are_asked_for_a_day_in_spans_that_they_answer_whole() -> None:
    assert GATE.request
    assert HTX.request
    assert fill(GATE.request.target, date(2026, 1, 31), {"symbol": "BTC_USDT"}, (23, 24)).endswith(
        f"contract=BTC_USDT&from={MIDNIGHT_MS // 1000 + 82_800}&to={MIDNIGHT_MS // 1000 + 86_399}&limit=1000"
    )
    assert (GATE.request.slices, HTX.request.slices) == (24, 12)
    assert f"end_time={MIDNIGHT_MS + 7_199_999}" in fill(HTX.request.target, DAY, {"symbol": "BTC-USDT"}, (0, 12))
