"""The public liquidation streams: address, what is asked for, what keeps them open, which messages are orders. Declarations only.

Formats as in the venues' documentation and in public readers of it. Proven by messages that a reader captured: the shapes of
Binance, OKX, Bybit and HTX. Assumed for all others. Hyperliquid has no public stream of liquidations.

- Binance: since 2026-04-23 only `/market/` addresses carry data; the older ones open and stay silent. At most one order per
  symbol and second.
- Bybit: one topic per symbol, so only the symbols asked for are recorded. All orders, every 500 ms.
- OKX: all swaps in one channel, at most one order per contract and second; begins with a snapshot, whose repeats landing drops.
- BitMEX: a table; only its inserts are orders, its other actions are kept as received.
- Deribit: all trades of futures and perpetuals; a message is kept where one of its trades says `liquidation`.
- Bitget: the v3 address; at most the largest order per symbol, side and second.
- HTX: USDT-margined contracts; every frame is gzipped, and the venue's ping wants its own time back.
- Kraken Futures, dYdX: trades of the symbols asked for; a message is kept where a trade is a liquidation. The past trades
  that both send on subscription are left aside.
- Gate: USDT-margined contracts; orders of a contract and second come together since 2026-08-20, before that one of them.
- Bitfinex: positions, as lists; the first trigger and later matches of one liquidation come separately.
"""

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# A gzipped frame beyond it is not a message.
_MAX_FRAME = 4 << 20


@dataclass(frozen=True)
class Ask:
    """One subscription message, and how many acknowledgements answer it."""

    message: Any
    acks: int = 1

    @property
    def text(self) -> str:
        """The message as it is sent, but for `"{now_s}"`."""
        return json.dumps(self.message)


def _never(message: Any) -> None:
    return None


def _whole(message: Any) -> Sequence[Mapping[str, str]]:
    return ({},)


@dataclass(frozen=True)
class Stream:
    """One public stream of a venue. The functions take a parsed message.

    `is_data` says what is written down, `points` what leads to each of its orders, `acknowledges` how many subscriptions a message
    confirms, `refuses` gives the venue's reason against one, `answers` what must be sent back. `asks` gives the subscription
    messages for the symbols; `symbol` spells an asset's symbol where each needs its own subscription, else symbols mean nothing
    here. `ping` is sent besides the protocol's own ping; `"{now_s}"` in what is sent becomes the time. After `silent_s` without an
    order the stream is not believed to be open, whatever else it answers.
    """

    venue: str
    channel: str
    address: str
    is_data: Callable[[Any], bool]
    asks: Callable[[Sequence[str]], Sequence[Ask]]
    acknowledges: Callable[[Any], int]
    refuses: Callable[[Any], str | None] = _never
    answers: Callable[[Any], Any] = _never
    symbol: Callable[[str], str] | None = None
    ping: str | None = None
    silent_s: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    points: Callable[[Any], Sequence[Mapping[str, str]]] = _whole

    def orders(self, message: Any) -> Sequence[Mapping[str, str]]:
        """What leads to each order of a message. One of an unknown shape is pointed to as a whole, for landing to tell of it."""
        try:
            return self.points(message) or ({"at": "$"},)
        except (KeyError, TypeError, IndexError, AttributeError):
            return ({"at": "$"},)

    def text(self, frame: str | bytes) -> str:
        """A frame as text; binary ones are gzipped."""
        if isinstance(frame, str):
            return frame
        return zlib.decompressobj(wbits=47).decompress(frame, _MAX_FRAME).decode()


def _is(message: Any, **wanted: Any) -> bool:
    return isinstance(message, dict) and all(message.get(name) == value for name, value in wanted.items())


def _has_rows(message: Any, name: str = "data") -> bool:
    return isinstance(message, dict) and bool(message.get(name))


def _reason(message: Any, *names: str) -> str:
    return " ".join(str(message[name]) for name in names if message.get(name) is not None) or "no reason given"


def _at(message: Any, *path: str) -> Any:
    for name in path:
        message = message.get(name) if isinstance(message, dict) else None
    return message


def _any_of(rows: Any, name: str, *values: Any) -> bool:
    return isinstance(rows, list) and any(
        isinstance(row, dict) and (row.get(name) in values if values else row.get(name) is not None) for row in rows
    )


def _each(path: str, rows: Any) -> list[dict[str, str]]:
    return [{"at": f"{path}[{n}]"} for n in range(len(rows) if isinstance(rows, list) else 0)]


def _okx_orders(message: Any) -> list[dict[str, str]]:
    rows = message["data"] if isinstance(message["data"], list) else []
    return [point for n, row in enumerate(rows) for point in _each(f"$.data[{n}].details", _at(row, "details"))]


def _deribit_orders(message: Any) -> list[dict[str, str]]:
    """One for each liquidated party: M the maker, T the taker, MT both."""
    return [
        {"at": f"$.params.data[{n}]", "party": party}
        for n, trade in enumerate(message["params"]["data"])
        for party in str(_at(trade, "liquidation") or "")
    ]


def _dydx_orders(message: Any) -> list[dict[str, str]]:
    trades = message["contents"]["trades"]
    points = _each("$.contents.trades", trades)
    return [point for point, trade in zip(points, trades, strict=True) if _is(trade, type="LIQUIDATED")]


BINANCE = Stream(
    venue="binance",
    channel="forceOrder",
    address="wss://fstream.binance.com/market/ws",
    asks=lambda symbols: [Ask({"method": "SUBSCRIBE", "params": ["!forceOrder@arr"], "id": 1})],
    acknowledges=lambda message: int(isinstance(message, dict) and "result" in message and message.get("id") == 1),
    refuses=lambda message: _reason(message["error"], "code", "msg") if _has_rows(message, "error") else None,
    is_data=lambda message: _is(message, e="forceOrder"),
    silent_s=1800,
)

BYBIT = Stream(
    venue="bybit",
    channel="allLiquidation",
    address="wss://stream.bybit.com/v5/public/linear",
    asks=lambda symbols: [
        Ask({"op": "subscribe", "args": [f"allLiquidation.{symbol}" for symbol in some]})
        for some in (symbols[n : n + 10] for n in range(0, len(symbols), 10))
    ],
    acknowledges=lambda message: int(_is(message, op="subscribe", success=True)),
    refuses=lambda message: (
        _reason(message, "ret_msg") if _is(message, op="subscribe") and message.get("success") is False else None
    ),
    is_data=lambda message: str(_at(message, "topic")).startswith("allLiquidation.") and _has_rows(message),
    points=lambda message: _each("$.data", message["data"]),
    symbol=lambda asset: f"{asset}USDT",
    ping='{"op": "ping"}',
)

OKX = Stream(
    venue="okx",
    channel="liquidation-orders",
    address="wss://ws.okx.com:8443/ws/v5/public",
    asks=lambda symbols: [
        Ask({"op": "subscribe", "args": [{"channel": "liquidation-orders", "instType": "SWAP"}]}),
    ],
    acknowledges=lambda message: int(_is(message, event="subscribe")),
    refuses=lambda message: _reason(message, "code", "msg") if _is(message, event="error") else None,
    is_data=lambda message: _at(message, "arg", "channel") == "liquidation-orders" and _has_rows(message),
    points=_okx_orders,
    ping="ping",
    silent_s=1800,
)

BITMEX = Stream(
    venue="bitmex",
    channel="liquidation",
    address="wss://ws.bitmex.com/realtime",
    asks=lambda symbols: [Ask({"op": "subscribe", "args": ["liquidation"]})],
    acknowledges=lambda message: int(_is(message, subscribe="liquidation", success=True)),
    refuses=lambda message: _reason(message, "status", "error") if _has_rows(message, "error") else None,
    is_data=lambda message: _is(message, table="liquidation") and _has_rows(message),
    points=lambda message: _each("$.data", message["data"]) if _is(message, action="insert") else ({},),
    ping="ping",
)

DERIBIT = Stream(
    venue="deribit",
    channel="trades.future",
    address="wss://www.deribit.com/ws/api/v2",
    asks=lambda symbols: [
        Ask({"jsonrpc": "2.0", "id": 1, "method": "public/set_heartbeat", "params": {"interval": 30}}, acks=0),
        Ask(
            {
                "jsonrpc": "2.0",
                "id": 2,
                "method": "public/subscribe",
                "params": {"channels": ["trades.future.any.100ms"]},
            }
        ),
    ],
    # A channel that is not known is left out of the answer without an error.
    acknowledges=lambda message: int(_is(message, id=2) and _has_rows(message, "result")),
    refuses=lambda message: (
        _reason(message["error"], "code", "message")
        if _has_rows(message, "error")
        else "the channel is not known"
        if _is(message, id=2, result=[])
        else None
    ),
    answers=lambda message: (
        {"jsonrpc": "2.0", "id": 3, "method": "public/test", "params": {}}
        if _at(message, "params", "type") == "test_request"
        else None
    ),
    is_data=lambda message: (
        str(_at(message, "params", "channel")).startswith("trades.")
        and _any_of(_at(message, "params", "data"), "liquidation", "M", "T", "MT")
    ),
    points=_deribit_orders,
)

BITGET = Stream(
    venue="bitget",
    channel="liquidation",
    address="wss://ws.bitget.com/v3/ws/public",
    asks=lambda symbols: [
        Ask(
            {
                "op": "subscribe",
                "args": [{"instType": kind, "topic": "liquidation"} for kind in ("usdt-futures", "usdc-futures")],
            },
            acks=2,
        )
    ],
    acknowledges=lambda message: int(_is(message, event="subscribe")),
    refuses=lambda message: _reason(message, "code", "msg") if _is(message, event="error") else None,
    is_data=lambda message: _at(message, "arg", "topic") == "liquidation" and _has_rows(message),
    points=lambda message: _each("$.data", message["data"]),
    ping="ping",
    silent_s=3600,
)

HTX = Stream(
    venue="htx",
    channel="liquidation_orders",
    address="wss://api.hbdm.com/linear-swap-notification",
    asks=lambda symbols: [Ask({"op": "sub", "cid": "1", "topic": "public.*.liquidation_orders"})],
    acknowledges=lambda message: int(_is(message, op="sub") and message.get("err-code") in (0, "0")),
    refuses=lambda message: (
        _reason(message, "err-code", "err-msg")
        if isinstance(message, dict) and message.get("err-code") not in (None, 0, "0")
        else None
    ),
    answers=lambda message: {"op": "pong", "ts": message.get("ts")} if _is(message, op="ping") else None,
    is_data=lambda message: (
        _is(message, op="notify") and str(message.get("topic")).endswith(".liquidation_orders") and _has_rows(message)
    ),
    points=lambda message: _each("$.data", message["data"]),
)

KRAKEN = Stream(
    venue="kraken",
    channel="trade",
    address="wss://futures.kraken.com/ws/v1",
    asks=lambda symbols: [Ask({"event": "subscribe", "feed": "trade", "product_ids": [name]}) for name in symbols],
    acknowledges=lambda message: int(_is(message, event="subscribed", feed="trade")),
    refuses=lambda message: (
        _reason(message, "message")
        if _is(message, event="error") or _is(message, event="alert") or _is(message, event="subscribed_failed")
        else None
    ),
    is_data=lambda message: _is(message, feed="trade", type="liquidation"),
    points=lambda message: ({"at": "$"},),
    symbol=lambda asset: f"PF_{'XBT' if asset == 'BTC' else asset}USD",
)

GATE = Stream(
    venue="gate",
    channel="public_liquidates",
    address="wss://fx-ws.gateio.ws/v4/ws/usdt",
    asks=lambda symbols: [
        Ask({"time": "{now_s}", "channel": "futures.public_liquidates", "event": "subscribe", "payload": ["!all"]})
    ],
    acknowledges=lambda message: int(
        _is(message, channel="futures.public_liquidates", event="subscribe") and not message.get("error")
    ),
    refuses=lambda message: _reason(message["error"], "code", "message") if _has_rows(message, "error") else None,
    is_data=lambda message: (
        _is(message, channel="futures.public_liquidates", event="update") and _has_rows(message, "result")
    ),
    ping='{"time": "{now_s}", "channel": "futures.ping"}',
    # Sizes may be fractions of a contract; without it they come cut to whole ones.
    headers={"X-Gate-Size-Decimal": "1"},
    silent_s=3600,
    points=lambda message: _each("$.result", message["result"]),
)

DYDX = Stream(
    venue="dydx",
    channel="v4_trades",
    address="wss://indexer.dydx.trade/v4/ws",
    asks=lambda symbols: [Ask({"type": "subscribe", "channel": "v4_trades", "id": name}) for name in symbols],
    acknowledges=lambda message: int(_is(message, type="subscribed", channel="v4_trades")),
    refuses=lambda message: _reason(message, "message") if _is(message, type="error") else None,
    is_data=lambda message: (
        _is(message, channel="v4_trades", type="channel_data")
        and _any_of(_at(message, "contents", "trades"), "type", "LIQUIDATED")
    ),
    points=_dydx_orders,
    symbol=lambda asset: f"{asset}-USD",
)

BITFINEX = Stream(
    venue="bitfinex",
    channel="liq_global",
    address="wss://api-pub.bitfinex.com/ws/2",
    asks=lambda symbols: [Ask({"event": "subscribe", "channel": "status", "key": "liq:global"})],
    acknowledges=lambda message: int(_is(message, event="subscribed", key="liq:global")),
    refuses=lambda message: _reason(message, "code", "msg") if _is(message, event="error") else None,
    is_data=lambda message: (
        isinstance(message, list)
        and len(message) > 1
        and isinstance(message[1], list)
        and any(isinstance(row, list) and row[:1] == ["pos"] for row in message[1])
    ),
    points=lambda message: _each("$[1]", message[1]),
    ping='{"event": "ping", "cid": 1}',
)

STREAMS: Mapping[str, Stream] = {
    stream.venue: stream for stream in (BINANCE, BYBIT, OKX, BITMEX, DERIBIT, BITGET, HTX, KRAKEN, GATE, DYDX, BITFINEX)
}
