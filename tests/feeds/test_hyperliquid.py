"""Hyperliquid: whose fill is a liquidation, what was liquidated, and states and funding by the coin."""

import json
from datetime import date
from pathlib import Path

import lz4.frame
import pytest

from orchestration.feeds import contract
from orchestration.feeds.hyperliquid import FEEDS, FUNDING
from tests.landing.conftest import lab
from tests.landing.kit import MIDNIGHT_MS, Lab, plain

__all__ = ["lab"]

VICTIM, MAKER = "0xAb01", "0xcd02"
LIQUIDATION = {"liquidatedUser": VICTIM.lower(), "markPx": "84000.5", "method": "market"}


def fill(user: str = VICTIM, tid: int = 1, at: int = MIDNIGHT_MS + 5_000, **fields: object) -> list[object]:
    """A fill by which a long of `VICTIM` is closed, unless the fields say otherwise."""
    base = {
        "coin": "BTC",
        "px": "84000.5",
        "sz": "0.25",
        "side": "A",
        "time": at,
        "dir": "Close Long",
        "tid": tid,
        "liquidation": LIQUIDATION,
    }
    return [user, {name: value for name, value in (base | fields).items() if value is not None}]


def block(*fills: list[object]) -> str:
    return json.dumps({"block_time": "2026-01-31T00:00:05", "block_number": 7, "events": list(fills)})


def packed(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(lz4.frame.compress(text.encode()))


def blocks(lab: Lab, *rows: str, hour: int = 0) -> None:
    packed(
        lab.archive / f"hyperliquid/node_fills_by_block/hourly/20260131/{hour}.lz4",
        "".join(f"{row}\n" for row in rows),
    )


SIDES = "symbol, order_side, liquidated_side, quantity, quantity_unit, price, price_basis, notional_usd, order_id"


def test_only_the_liquidated_user_s_own_fill_is_a_liquidation(lab: Lab) -> None:
    counterparty = fill(MAKER, side="B", dir="Open Long")
    blocks(lab, block(fill(), counterparty), block(fill(MAKER, liquidation=None), fill(liquidation=None)))
    report = lab.land("hyperliquid", "liquidations")
    assert lab.rows("liquidations", SIDES) == [("BTC", "sell", "long", 0.25, "base", 84_000.5, "execution", None, "1")]
    assert (report.rows_kept, report.rows_quarantined) == (1, 0)


def test_a_blank_line_between_blocks_is_none(lab: Lab) -> None:
    blocks(lab, "", block(fill()), "", "{}")
    assert lab.land("hyperliquid", "liquidations").rows_kept == 1
    assert [line for line, _ in lab.quarantined()] == [4]


@pytest.mark.parametrize(
    ("side", "said", "liquidated"),
    [
        ("A", "Liquidated Isolated Long", "long"),
        ("B", "Liquidated Cross Short", "short"),
        ("B", "Close Short", "short"),
        ("A", "Liquidation", "long"),
        ("B", None, "short"),
    ],
)
def test_the_direction_says_who_was_liquidated_else_the_side(
    side: str, said: str | None, liquidated: str, lab: Lab
) -> None:
    blocks(lab, block(fill(side=side, dir=said)))
    lab.land("hyperliquid", "liquidations")
    assert lab.rows("liquidations", "liquidated_side") == [(liquidated,)]


def test_deleveragings_are_apart_and_in_no_total(lab: Lab) -> None:
    forced = fill(MAKER, 9, side="B", dir="Auto-Deleveraging", coin="AVAX", px="22.075", sz="28.53")
    own = fill(VICTIM, 9, side="A", dir="Auto-Deleveraging", coin="AVAX")
    blocks(lab, block(forced, own, fill()))
    assert lab.land("hyperliquid", "liquidations").rows_kept == 1
    assert lab.land("hyperliquid", "deleveragings").rows_kept == 1
    assert lab.rows("deleveragings", "symbol, liquidated_side, quantity, price") == [("AVAX", "short", 28.53, 22.075)]


def test_a_bad_fill_is_named_by_the_line_of_its_block(lab: Lab) -> None:
    blocks(
        lab,
        block(fill(tid=1), fill(MAKER, 1), fill(tid=2)),
        block(),
        '{"block_number": 8, "events": [',
        '{"block_number": 9}',
        block(fill(MAKER, 3), fill(tid=4, px="x"), fill(tid=5)),
        block(fill(tid=6, at=0)),
    )
    report = lab.land("hyperliquid", "liquidations")
    assert lab.quarantined() == [
        (3, "not a JSON object with $.events[*]"),
        (4, "not a JSON object with $.events[*]"),
        (5, "neither quantity with price nor notional_usd"),
        (6, "occurred_at is not of the file's day"),
    ]
    assert {order for (order,) in lab.rows("liquidations", "order_id")} == {"1", "2", "5"}
    assert report.rows_kept == 3


def test_the_raw_text_of_a_bad_fill_is_that_of_the_fill(lab: Lab) -> None:
    blocks(lab, block(fill(tid=1), fill(tid=77, sz="-1"), fill(tid=3)))
    lab.land("hyperliquid", "liquidations")
    ((raw,),) = lab.rows("quarantine", "raw")
    assert json.loads(raw)["tid"] == "77"


def test_a_file_of_one_hour_covers_no_other(lab: Lab) -> None:
    blocks(lab, block(fill()))
    blocks(lab, block(fill(at=MIDNIGHT_MS + 13 * 3_600_000)), hour=13)
    lab.land("hyperliquid", "liquidations")
    states = lab.states("liquidations", "hyperliquid")
    assert {hour for hour, state in states.items() if state != "missing"} == {0, 13}
    assert set(states.values()) == {"complete", "missing"}


STATES = "time,coin,funding,open_interest,prev_day_px,day_ntl_vlm,premium,oracle_px,mark_px,mid_px,impact_bid_px,impact_ask_px"


def states_of(lab: Lab, *rows: str, header: str = STATES) -> None:
    packed(lab.archive / "hyperliquid/asset_ctxs/20260131.csv.lz4", "\n".join([header, *rows]) + "\n")


def state(minute: int, coin: str = "BTC", premium: str = "-0.0004", zone: str = "Z") -> str:
    at = f"2026-01-31T{minute // 60:02}:{minute % 60:02}:00{zone}"
    return f"{at},{coin},0.0000125,30000.5,84000,1e9,{premium},84010,84000,84000.5,83999,84001"


def test_open_interest_is_in_coins_and_in_usd_at_the_mark(lab: Lab) -> None:
    states_of(lab, *(state(minute) for minute in range(1440)))
    report = lab.land("hyperliquid", "open_interest")
    assert (report.rows_kept, report.coverage) == (1440, {"hyperliquid": 24})
    assert lab.rows("open_interest", "distinct symbol, oi_base, oi_contracts, oi_usd") == [
        ("BTC", 30_000.5, None, 30_000.5 * 84_000)
    ]


def test_a_minute_that_is_missing_makes_its_hour_partial(lab: Lab) -> None:
    states_of(lab, *(state(minute) for minute in range(1440) if minute != 605))
    lab.land("hyperliquid", "open_interest")
    states = lab.states("open_interest", "hyperliquid")
    assert {hour for hour, found in states.items() if found != "complete"} == {10}


def test_a_time_without_zone_is_utc_and_one_with_it_is_brought_there(lab: Lab) -> None:
    states_of(lab, state(0, zone=""), state(125, "ETH", zone="+02:00"))
    lab.land("hyperliquid", "open_interest")
    assert set(lab.rows("open_interest", "symbol, observed_at::varchar")) == {
        ("BTC", "2026-01-31 00:00:00"),
        ("ETH", "2026-01-31 00:05:00"),
    }


def test_the_premium_is_a_sample_a_minute_and_may_be_absent(lab: Lab) -> None:
    states_of(lab, state(0), state(0, "NEW", premium=""), state(1, "BTC", premium="inf"))
    lab.land("hyperliquid", "reference_prices")
    assert lab.rows("reference_prices", "symbol, kind, interval_s, open, high, low, close") == [
        ("BTC", "premium", 60, -0.0004, -0.0004, -0.0004, -0.0004)
    ]
    assert lab.quarantined() == [(4, "value is not a finite number")]


def test_states_that_lack_a_needed_column_are_quarantined_whole(lab: Lab) -> None:
    states_of(lab, "2026-01-31T00:00:00Z,BTC,1", header="time,coin,funding")
    lab.land("hyperliquid", "open_interest")
    assert lab.quarantined() == [(0, "the header lacks open_interest, premium, oracle_px, mark_px")]


def funding(lab: Lab, records: object, coin: str = "BTC", day: date = date(2026, 1, 31)) -> None:
    plain(lab.archive / f"hyperliquid/rest/fundingHistory/{coin}/{day}.json", json.dumps(records))


def test_funding_is_settled_every_hour(lab: Lab) -> None:
    records = [
        {"coin": "kPEPE", "fundingRate": "0.0000125", "premium": "0.0001", "time": MIDNIGHT_MS + 3_600_000 * n + 44}
        for n in range(24)
    ]
    funding(lab, records, "kPEPE")
    report = lab.land("hyperliquid", "funding")
    assert (report.rows_kept, report.coverage) == (24, {"hyperliquid": 24})
    assert lab.rows("funding", "distinct symbol, rate, interval_h") == [("kPEPE", 0.0000125, 1.0)]


def test_a_rate_that_is_no_number_is_named_and_impairs_the_day(lab: Lab) -> None:
    records = [{"coin": "BTC", "fundingRate": rate, "time": MIDNIGHT_MS} for rate in ("nan", "0.0001")]
    funding(lab, records)
    report = lab.land("hyperliquid", "funding")
    assert (report.rows_kept, report.coverage) == (1, {"hyperliquid": 0})
    assert lab.quarantined() == [(1, "rate is not a number between -1 and 1")]


def test_a_coin_that_is_not_there_has_no_funding(lab: Lab) -> None:
    funding(lab, [], "NONE")
    assert lab.land("hyperliquid", "funding").rows_quarantined == 0
    funding(lab, None, "NULL")
    lab.land("hyperliquid", "funding")
    assert [line for line, _ in lab.quarantined()] == [0]


def test_funding_is_asked_for_by_coin_and_day() -> None:
    assert FUNDING.request is not None
    assert FUNDING.request.body is not None
    assert json.loads(contract.fill(FUNDING.request.body, date(2026, 1, 31), {"symbol": "BTC"})) == {
        "type": "fundingHistory",
        "coin": "BTC",
        "startTime": MIDNIGHT_MS,
        "endTime": MIDNIGHT_MS + 86_399_999,
    }


def test_what_the_requester_pays_for_is_never_asked_for() -> None:
    assert {feed.name for feed in FEEDS if feed.address} == {"hyperliquid.funding"}


def test_the_older_files_hold_a_fill_a_line_and_give_way_to_the_newer(lab: Lab) -> None:
    deleveraged = fill(MAKER, 3, side="B", dir="Auto-Deleveraging")
    rows = [fill(tid=1), fill(MAKER, side="B", dir="Open Long"), fill(tid=2, px="x"), deleveraged]
    older = lab.archive / "hyperliquid/node_fills/hourly/20260131/0.lz4"
    packed(older, "".join(f"{json.dumps(row)}\n" for row in rows))
    lab.land("hyperliquid", "liquidations")
    assert lab.rows("liquidations", "order_id, liquidated_side") == [("1", "long")]
    assert [line for line, _ in lab.quarantined()] == [3]
    lab.land("hyperliquid", "deleveragings")
    assert lab.rows("deleveragings", "order_id, liquidated_side") == [("3", "short")]
    blocks(lab, block(fill(tid=9)))
    lab.land("hyperliquid", "liquidations")
    assert lab.rows("liquidations", "order_id") == [("9",)]
