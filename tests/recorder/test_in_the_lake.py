"""From a venue's message to rows of the lake: every stream's subscription, acknowledgement and orders, and what the marks prove."""

import asyncio
import gzip
import json
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from orchestration.recorder.journal import Journal
from orchestration.recorder.recording import folder_of
from orchestration.recorder.streams import BINANCE, STREAMS, Stream
from orchestration.settings import Settings
from tests.conftest import TIDEMARK
from tests.landing.kit import MIDNIGHT_MS, Lab
from tests.recorder.venue import Venue, acknowledge, order, prices, receive, recorded, recording, serving, stay, until

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
AT = MIDNIGHT_MS + 43_200_000
COLUMNS = "symbol, order_side, quantity, quantity_unit, price, price_basis"


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    home = tmp_path / "home"
    inbox = home / "inbox"
    inbox.mkdir(parents=True)
    return Lab(inbox, Settings(home=home, archive=str(inbox), threads=2, assets=("BTC", "ETH")))


@dataclass(frozen=True)
class Case:
    """What a venue answers to a subscription, what it then tells, and which rows come of it."""

    answers: Sequence[Any]
    tells: Sequence[Any]
    rows: Sequence[tuple[Any, ...]]
    asked: Callable[[list[Any]], bool]
    symbols: tuple[str, ...] = ()
    noise: Sequence[Any] = ()


def bybit(*orders: tuple[str, str, str, str]) -> dict[str, Any]:
    data = [{"T": AT + n, "s": s, "S": side, "v": v, "p": p} for n, (s, side, v, p) in enumerate(orders)]
    return {"topic": f"allLiquidation.{orders[0][0]}", "type": "snapshot", "ts": AT, "data": data}


def okx_detail(side: str, size: str, price: str, at: int = AT) -> dict[str, str]:
    return {"bkLoss": "0", "bkPx": price, "ccy": "", "posSide": "net", "side": side, "sz": size, "ts": str(at)}


OKX_ARG = {"channel": "liquidation-orders", "instType": "SWAP"}


def deribit(*trades: dict[str, Any]) -> dict[str, Any]:
    told = [
        {"trade_id": f"t{n}", "timestamp": AT, "instrument_name": "BTC-PERPETUAL", "price": 80000.5, "amount": 10.0}
        | trade
        for n, trade in enumerate(trades)
    ]
    params = {"channel": "trades.future.any.100ms", "data": told}
    return {"jsonrpc": "2.0", "method": "subscription", "params": params}


def bitfinex_row(amount: float, price: float | None, is_match: int, nth: int = 1) -> list[Any]:
    return ["pos", nth, AT, None, "tBTCF0:USTF0", amount, 81000.0, None, is_match, 0, None, price]


CASES = {
    "bybit": Case(
        answers=[{"success": True, "ret_msg": "", "op": "subscribe"}] * 2,
        tells=[bybit(("BTCUSDT", "Buy", "0.5", "80000"), ("BTCUSDT", "Sell", "1", "80001"))],
        rows=[
            ("BTCUSDT", "buy", 0.5, "base", 80000.0, "bankruptcy"),
            ("BTCUSDT", "sell", 1.0, "base", 80001.0, "bankruptcy"),
        ],
        symbols=("BTCUSDT", *(f"S{n}USDT" for n in range(10))),
        asked=lambda asked: (
            [len(message["args"]) for message in asked[:2]] == [10, 1]
            and asked[0]["args"][0] == "allLiquidation.BTCUSDT"
        ),
    ),
    "okx": Case(
        answers=[{"event": "subscribe", "arg": OKX_ARG, "connId": "a"}],
        tells=[
            {
                "arg": OKX_ARG,
                "data": [
                    {"instId": "BTC-USDT-SWAP", "details": [okx_detail("sell", "3", "80000")]},
                    {
                        "instId": "ETH-USDT-SWAP",
                        "details": [
                            okx_detail("buy", "2", "2400"),
                            okx_detail("sell", "4", "2401", AT + 1),
                            okx_detail("sell", "9", "1", AT - 3 * 86_400_000),
                        ],
                    },
                ],
            }
        ],
        rows=[
            ("BTC-USDT-SWAP", "sell", 3.0, "contracts", 80000.0, "bankruptcy"),
            ("ETH-USDT-SWAP", "buy", 2.0, "contracts", 2400.0, "bankruptcy"),
            ("ETH-USDT-SWAP", "sell", 4.0, "contracts", 2401.0, "bankruptcy"),
        ],
        asked=lambda asked: asked[0] == {"op": "subscribe", "args": [OKX_ARG]},
    ),
    "bitmex": Case(
        answers=[{"success": True, "subscribe": "liquidation", "request": {"op": "subscribe"}}],
        tells=[
            {"table": "liquidation", "action": action, "data": [{"orderID": name, "symbol": "XBTUSD", "side": "Sell"} | rest]}
            for action, name, rest in (
                ("partial", "old", {"price": 1, "leavesQty": 1}),
                ("insert", "new", {"price": 80000.0, "leavesQty": 1000}),
                ("update", "new", {"leavesQty": 400}),
                ("delete", "new", {}),
            )
        ],
        rows=[("XBTUSD", "sell", 1000.0, "contracts", 80000.0, "bankruptcy")],
        asked=lambda asked: asked[0] == {"op": "subscribe", "args": ["liquidation"]},
    ),
    "deribit": Case(
        answers=[
            {"jsonrpc": "2.0", "id": 1, "result": "ok"},
            {"jsonrpc": "2.0", "id": 2, "result": ["trades.future.any.100ms"]},
            {"jsonrpc": "2.0", "method": "heartbeat", "params": {"type": "test_request"}},
        ],
        tells=[
            deribit(
                {"direction": "sell", "liquidation": "T"},
                {"direction": "sell"},
                {"direction": "sell", "liquidation": "M"},
                {"direction": "buy", "liquidation": "MT"},
                {"direction": "sell", "liquidation": "T", "instrument_name": "BTC_USDC-PERPETUAL", "amount": 0.1},
            )
        ],
        rows=[
            ("BTC-PERPETUAL", "sell", 10.0, "usd", 80000.5, "execution"),
            ("BTC-PERPETUAL", "buy", 10.0, "usd", 80000.5, "execution"),
            ("BTC-PERPETUAL", "sell", 10.0, "usd", 80000.5, "execution"),
            ("BTC-PERPETUAL", "buy", 10.0, "usd", 80000.5, "execution"),
            ("BTC_USDC-PERPETUAL", "sell", 0.1, "base", 80000.5, "execution"),
        ],
        noise=[deribit({"direction": "buy"})],
        asked=lambda asked: (
            asked[1]["params"] == {"channels": ["trades.future.any.100ms"]}
            and any(message["method"] == "public/test" for message in asked)
        ),
    ),
    "bitget": Case(
        answers=[
            {"event": "subscribe", "arg": {"instType": kind, "topic": "liquidation"}} for kind in ("usdt-futures", "usdc-futures")
        ],
        tells=[
            {
                "action": "update",
                "arg": {"instType": "usdt-futures", "topic": "liquidation"},
                "data": [{"symbol": "BTCUSDT", "side": "buy", "price": "80000", "amount": "0.5", "ts": str(AT)}],
                "ts": AT,
            }
        ],
        rows=[("BTCUSDT", "buy", 0.5, "base", 80000.0, "bankruptcy")],
        asked=lambda asked: asked[0]["args"][0] == {"instType": "usdt-futures", "topic": "liquidation"},
    ),
    "htx": Case(
        answers=[
            {"op": "sub", "cid": "1", "topic": "public.*.liquidation_orders", "ts": AT, "err-code": 0},
            {"op": "ping", "ts": "1789676355591"},
        ],
        tells=[
            {
                "op": "notify",
                "topic": "public.ETH-USDT.liquidation_orders",
                "data": [
                    {"contract_code": "ETH-USDT", "direction": "buy", "volume": 500, "amount": 5, "price": 2446.26, "created_at": AT}
                ],
            }
        ],
        rows=[("ETH-USDT", "buy", 5.0, "base", 2446.26, "order")],
        asked=lambda asked: {"op": "pong", "ts": "1789676355591"} in asked,
    ),
    "kraken": Case(
        answers=[{"event": "subscribed", "feed": "trade", "product_ids": [name]} for name in ("PF_XBTUSD", "PI_XBTUSD")],
        tells=[
            {"feed": "trade", "type": "liquidation", "uid": name, "product_id": name, "side": "sell", "time": AT, "qty": 2, "price": 9}
            for name in ("PF_XBTUSD", "PI_XBTUSD")
        ],
        rows=[("PF_XBTUSD", "sell", 2.0, "base", 9.0, "execution"), ("PI_XBTUSD", "sell", 2.0, "contracts", 9.0, "execution")],
        symbols=("PF_XBTUSD", "PI_XBTUSD"),
        noise=[{"feed": "trade", "type": "fill", "product_id": "PF_XBTUSD", "side": "sell", "time": AT, "qty": 2, "price": 9}],
        asked=lambda asked: [message["product_ids"] for message in asked[:2]] == [["PF_XBTUSD"], ["PI_XBTUSD"]],
    ),
    "gate": Case(
        answers=[{"channel": "futures.public_liquidates", "event": "subscribe", "result": {"status": "success"}}],
        tells=[
            {
                "channel": "futures.public_liquidates",
                "event": "update",
                "result": [
                    {"price": "80000", "size": "-12.5", "time": AT, "contract": "BTC_USDT"},
                    {"price": 80001, "size": 3, "time": AT // 1000, "contract": "BTC_USDT"},
                    {"price": 80002, "size": 4, "time_ms": AT, "time": AT // 1000, "contract": "BTC_USDT"},
                ],
            }
        ],
        rows=[
            ("BTC_USDT", "sell", 12.5, "contracts", 80000.0, "order"),
            ("BTC_USDT", "buy", 3.0, "contracts", 80001.0, "order"),
            ("BTC_USDT", "buy", 4.0, "contracts", 80002.0, "order"),
        ],
        asked=lambda asked: asked[0]["payload"] == ["!all"] and abs(asked[0]["time"] - datetime.now(UTC).timestamp()) < 60,
    ),
    "dydx": Case(
        answers=[{"type": "connected"}, {"type": "subscribed", "channel": "v4_trades", "id": "BTC-USD", "contents": {"trades": []}}],
        tells=[
            {
                "type": "channel_data",
                "channel": "v4_trades",
                "id": "BTC-USD",
                "contents": {
                    "trades": [
                        {"id": kind, "size": "0.1", "price": "80000", "side": "SELL", "type": kind, "createdAt": "2026-01-31T12:00:00.5Z"}
                        for kind in ("LIMIT", "LIQUIDATED")
                    ]
                },
            }
        ],
        rows=[("BTC-USD", "sell", 0.1, "base", 80000.0, "execution")],
        symbols=("BTC-USD",),
        asked=lambda asked: asked[0] == {"type": "subscribe", "channel": "v4_trades", "id": "BTC-USD"},
    ),
    "bitfinex": Case(
        answers=[{"event": "info", "version": 2}, {"event": "subscribed", "channel": "status", "chanId": 9, "key": "liq:global"}],
        tells=[[9, [bitfinex_row(0.5, 80000.0, 0), bitfinex_row(0.5, 79990.0, 1), bitfinex_row(-2, None, 0, 2)]]],
        rows=[
            ("BTCF0:USTF0", "sell", 0.5, "base", 80000.0, "order"),
            ("BTCF0:USTF0", "buy", 2.0, "base", 81000.0, "order"),
        ],
        noise=[[9, "hb"]],
        asked=lambda asked: asked[0] == {"event": "subscribe", "channel": "status", "key": "liq:global"},
    ),
}  # fmt: skip


def test_every_stream_is_tried() -> None:
    assert {"binance", *CASES} == set(STREAMS)


@pytest.mark.parametrize("name", list(CASES))
def test_what_a_venue_tells_becomes_rows(name: str, lab: Lab) -> None:
    case, stream = CASES[name], STREAMS[name]

    def packed(message: Any) -> str | bytes:
        text = json.dumps(message)
        return gzip.compress(text.encode()) if name == "htx" else text

    async def script(venue: Venue, socket: ServerConnection) -> None:
        await receive(venue, socket)
        for message in (*case.answers, *case.noise, *case.tells, *case.tells):
            await socket.send(packed(message))
        await stay(venue, socket)

    async def scenario() -> Venue:
        folder = folder_of(lab.settings, stream)
        options = {"symbols": case.symbols, "clock": lambda: NOON + timedelta(seconds=1)}
        async with serving(script) as venue, recording(stream, folder, venue, **options):
            await until(lambda: sum("message" in line for line in recorded(folder)) >= 2 * len(case.rows))
            await until(lambda: case.asked(venue.received))
            return venue

    asyncio.run(scenario())
    found = recorded(folder_of(lab.settings, stream))
    assert next(line["connection"] for line in found if "connection" in line) == "open"
    assert all(line["message"] in case.tells for line in found if "message" in line)
    lab.land(name, "liquidations")
    assert sorted(lab.rows("liquidations", COLUMNS)) == sorted(case.rows)
    # Everything was told twice: nothing else may have been quarantined.
    assert {reason for _, reason in lab.quarantined()} == {"repeats an earlier row"}
    assert lab.states("liquidations", name)[3] == "missing"


def minutes(lab: Lab, stream: Stream, *lines: tuple[int, str], day: str = "2026-01-31") -> None:
    """A recording of marks, (minute of the day, state)."""
    told = (
        json.dumps(
            {
                "received_at": f"{datetime(2026, 1, 31, tzinfo=UTC) + timedelta(minutes=at):%Y-%m-%dT%H:%M:%SZ}",
                "connection": state,
            }
        )
        for at, state in lines
    )
    path = folder_of(lab.settings, stream) / f"{day}.ndjson.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("\n".join([*told, ""]).encode()))


def test_a_line_that_is_neither_order_nor_mark_is_quarantined_with_its_number(lab: Lab) -> None:
    path = folder_of(lab.settings, STREAMS["bybit"]) / "2026-01-31.ndjson.gz"
    path.parent.mkdir(parents=True)
    good = json.dumps(
        {"received_at": "2026-01-31T12:00:00Z", "at": "$.data[0]", "message": bybit(("A", "Buy", "1", "2"))}
    )
    bad = good.replace('"Buy"', '"Close"').replace('"v": "1"', '"v": "3"')
    path.write_bytes(
        gzip.compress("\n".join([good, "{}", bad, good.replace("$.data[0]", "$.data[5]"), "{", ""]).encode())
    )
    assert lab.land("bybit", "liquidations").rows_kept == 1
    assert [line for line, _ in lab.quarantined()] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("bybit", {"topic": "allLiquidation.BTCUSDT", "data": {"T": AT, "s": "BTCUSDT"}}),
        ("okx", {"arg": OKX_ARG, "data": [{"instId": "BTC-USDT-SWAP"}]}),
        ("dydx", {"type": "channel_data", "channel": "v4_trades", "contents": {"trades": [5, {"type": "LIQUIDATED"}]}}),
    ],
)
def test_a_message_of_a_changed_form_is_kept_and_quarantined_not_dropped(name: str, odd: Any, lab: Lab) -> None:
    async def script(venue: Venue, socket: ServerConnection) -> None:
        await socket.send(json.dumps(odd))
        await stay(venue, socket)

    async def scenario() -> None:
        folder = folder_of(lab.settings, STREAMS[name])
        async with (
            serving(script) as venue,
            recording(STREAMS[name], folder, venue, symbols=("X",), clock=lambda: NOON),
        ):
            await until(lambda: any("message" in line for line in recorded(folder)))

    asyncio.run(scenario())
    assert [line["message"] for line in recorded(folder_of(lab.settings, STREAMS[name])) if "message" in line] == [odd]
    assert lab.land(name, "liquidations").rows_kept == 0
    assert len(lab.quarantined()) == 1


def test_a_stall_makes_its_hour_partial_from_the_last_sign_of_life_on(lab: Lab) -> None:
    instants = {"now": NOON}
    stalling = asyncio.Event()

    async def until_it_stalls(venue: Venue, socket: ServerConnection) -> None:
        await acknowledge(venue, socket)
        if venue.connections == 1:
            await stalling.wait()
            socket.transport.pause_reading()
            await asyncio.sleep(1.5)
            socket.transport.abort()
        await stay(venue, socket)

    def marked(state: str) -> list[dict[str, Any]]:
        return [line for line in recorded(folder_of(lab.settings, BINANCE)) if line.get("connection") == state]

    async def scenario() -> None:
        folder = folder_of(lab.settings, BINANCE)
        options = {"clock": lambda: instants["now"]}
        async with serving(until_it_stalls) as venue, recording(BINANCE, folder, venue, **options):
            await until(lambda: marked("open"))
            for n in range(1, 4):
                instants["now"] += timedelta(minutes=1)
                await until(lambda n=n: len(marked("alive")) == n)
            stalling.set()
            await asyncio.sleep(0.2)
            instants["now"] += timedelta(seconds=80)
            await until(lambda: len(marked("open")) == 2)

    asyncio.run(scenario())
    lab.land("binance", "liquidations")
    assert lab.states("liquidations", "binance")[12] == "partial"
    (reason,) = (reason for hour, reason in lab.rows("coverage", "hour, reason") if hour == 12)
    assert reason == "connected for 180 of 3600 s"
    lost = marked("lost")[0]
    assert (lost["received_at"][:19], lost["noticed_at"][:19]) == ("2026-01-31T12:03:00", "2026-01-31T12:04:20")


def test_the_time_between_a_killed_recorder_and_the_next_does_not_count(lab: Lab) -> None:
    minutes(lab, BINANCE, *((at, "alive") for at in range(90)))

    async def come_back() -> None:
        journal = Journal(folder_of(lab.settings, BINANCE), lambda: datetime(2026, 1, 31, 1, 30, tzinfo=UTC))
        journal.open()
        for at in range(90, 181):
            await journal.mark(
                "open" if at == 90 else "alive", at=datetime(2026, 1, 31, tzinfo=UTC) + timedelta(minutes=at)
            )
        await journal.flush()
        journal.close()

    asyncio.run(come_back())
    lab.land("binance", "liquidations")
    states = lab.states("liquidations", "binance")
    assert (states[0], states[1], states[2], states[3]) == ("complete", "partial", "complete", "missing")


def start(home: Path, address: str, *more: str) -> "subprocess.Popen[bytes]":
    command = [
        str(TIDEMARK),
        "record",
        "--venue",
        "binance",
        "--address",
        f"binance={address}",
        "--home",
        str(home),
        *more,
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TIDEMARK_")}
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)


def test_a_recorder_that_is_killed_loses_at_most_the_last_second(lab: Lab) -> None:
    today = datetime.now(UTC)
    sent: dict[int, float] = {}
    folder = folder_of(lab.settings, BINANCE)

    async def tell(venue: Venue, socket: ServerConnection) -> None:
        await acknowledge(venue, socket)
        while True:
            nth = len(sent) + 1
            await socket.send(order(nth, today))
            sent[nth] = asyncio.get_running_loop().time()
            await asyncio.sleep(0.005)

    async def scenario() -> float:
        async with serving(tell) as venue:
            first = start(lab.settings.home, venue.address)
            await until(lambda: len(sent) > 1, 15)
            await asyncio.sleep(2.2)
            first.send_signal(signal.SIGKILL)
            killed = asyncio.get_running_loop().time()
            first.communicate()
            second = start(lab.settings.home, venue.address)
            refused = start(lab.settings.home, venue.address)
            await until(lambda: venue.connections == 2, 15)
            await asyncio.to_thread(one_of_them_is_refused, second, refused)
            return killed

    def one_of_them_is_refused(*both: "subprocess.Popen[bytes]") -> None:
        ended, other = sorted(both, key=lambda process: wait(process, 5) is None)
        assert (ended.returncode, b"another recorder" in ended.communicate()[1]) == (1, True)
        other.send_signal(signal.SIGTERM)
        other.communicate(timeout=10)
        assert other.returncode == 0

    def wait(process: "subprocess.Popen[bytes]", seconds: float) -> int | None:
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    killed = asyncio.run(scenario())
    found = recorded(folder)
    safe = {nth for nth, at in sent.items() if at < killed - 1}
    assert len(safe) > 100
    assert safe <= set(prices(found))
    assert max(prices(found)) > max(safe) + 100
    told = [line["connection"] for line in found if "connection" in line]
    assert [state for state in told if state != "alive"] == ["open", "lost", "open", "lost"]
    lab.land("binance", "liquidations", today.date())
    assert {int(price) for (price,) in lab.rows("liquidations", "price", today.date())} >= safe


def test_the_service_records_every_venue_that_is_known() -> None:
    unit = (Path(__file__).parents[2] / "deploy" / "systemd" / "tidemark-record.service").read_text(encoding="utf-8")
    (command,) = (line for line in unit.splitlines() if line.startswith("ExecStart="))
    assert set(command.split("--venue ")[1].split(",")) == set(STREAMS)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--venue", "binance,mtgox"), "no stream of mtgox"),
        (("--venue", ","), "no stream of nothing"),
        (("--venue", "bybit", "--symbol", "BTCUSDT"), "not like VENUE:"),
        (("--venue", "binance", "--symbol", "binance:BTCUSDT"), "tells of all its symbols"),
        (("--venue", "binance", "--address", "wss://x"), "not like VENUE="),
    ],
)
def test_what_cannot_be_recorded_is_said_at_once(arguments: tuple[str, ...], says: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [str(TIDEMARK), "record", *arguments, "--home", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, says in done.stderr) == (2, True), done.stderr
