"""Recordings of the venues' public liquidation streams, as the recorder writes them; Binance's is in its own module.

No address: `<inbox>/<venue>/recorded/<channel>/<day>.ndjson.gz`, one file per UTC day of receipt, so the first lines of the next
day's file may hold orders of this day. A line is one order: `message` as received, `at` the JSON path of the order in it. Marks
of the connection say which hours were heard; a line without `at` is no order.

Sides are as published, lower-cased, but where the venue gives a sign: `order_side` is then the side that closes the position.
Bybit and Bitget publish the side of the POSITION (buy: a long was liquidated), all others that of the order. Sizes: Bybit, Bitget
and HTX (`amount`), Bitfinex and dYdX base; OKX, BitMEX and Gate contracts; Deribit USD on inverse instruments and base on those
with a `_`; Kraken base on PF_ products and contracts of 1 USD on others. BitMEX tells no time, so that of receipt stands for it.

Assumed, as no real message was at hand: BitMEX inserts, Deribit's `liquidation` on futures, Kraken, dYdX, Bitfinex as public readers
take them (Bitfinex: only first triggers, at the price of liquidation, else the base price); Bitget's `amount` in coins, as tardis-node
has it and a reader that compared it with a real cascade, though two others take it for the quote coin; Gate's negative `size` for
an order that sells; HTX's `price` as that of the order. OKX begins with orders that may be old; those of more than a day before
receipt are left out.
Known gaps: OKX, Bitget and, before 2026-08-20, Gate leave out orders within a second; Bybit, Kraken and dYdX are recorded for the
symbols asked for alone.
"""

from collections.abc import Mapping

from orchestration.feeds.contract import Coverage, Feed, JsonLines, instant

_COLUMNS = {
    "received_at": ("$.received_at", "TIMESTAMP"),
    "connection": ("$.connection", "VARCHAR"),
    "order_path": ("$.at", "VARCHAR"),
    "party": ("$.party", "VARCHAR"),
    "message": ("$.message", "JSON"),
}
# A line with neither message nor mark is nothing that the recorder writes, and goes on to be judged.
_ORDERS = "connection is null and (order_path is not null or message is null)"


# What is no path would be an error of the query, and cost the file.
_PATH = r"case when regexp_full_match(order_path, '\$(\.[A-Za-z0-9_-]+|\[[0-9]+\])*') then order_path end"


def _of(name: str) -> str:
    """SQL for a field of the order that the line points to."""
    return f"""json_extract_string(message, {_PATH} || '{name if name.startswith("[") else "." + name}')"""


def _number(name: str) -> str:
    return f"try_cast({_of(name)} as double)"


def _time(name: str) -> str:
    return instant(f"try_cast({_of(name)} as bigint)")


def _recording(name: str, channel: str, select: Mapping[str, str], where: str = "true") -> Feed:
    source = name.partition(".")[0]
    return Feed(
        name=name,
        dataset="liquidations",
        kind="recorded",
        published="as the recorder writes it",
        paths=(f"recorded/{channel}/{{day}}.ndjson.gz",),
        reader=JsonLines(_COLUMNS),
        where=f"{_ORDERS} and ({where})",
        select=select,
        venue=f"'{source}'",
        coverage=Coverage.MARKS,
        reads=(0, 1),
    )


BYBIT = _recording(
    "bybit.all_liquidation",
    "allLiquidation",
    {
        "occurred_at": _time("T"),
        "symbol": _of("s"),
        "order_side": f"lower({_of('S')})",
        "quantity": _of("v"),
        "quantity_unit": "'base'",
        "price": _of("p"),
        "price_basis": "'bankruptcy'",
    },
)

OKX = _recording(
    "okx.liquidation_orders",
    "liquidation-orders",
    {
        "occurred_at": _time("ts"),
        "symbol": f"""json_extract_string(message, split_part({_PATH}, '.details', 1) || '.instId')""",
        "order_side": f"lower({_of('side')})",
        "quantity": _of("sz"),
        "quantity_unit": "'contracts'",
        "price": _of("bkPx"),
        "price_basis": "'bankruptcy'",
    },
    where=f"coalesce({_time('ts')} > received_at - interval 1 day, true)",
)

BITMEX = _recording(
    "bitmex.liquidation",
    "liquidation",
    {
        "occurred_at": "received_at",
        "symbol": _of("symbol"),
        "order_side": f"lower({_of('side')})",
        "quantity": _of("leavesQty"),
        "quantity_unit": "'contracts'",
        "price": _of("price"),
        "price_basis": "'bankruptcy'",
        "order_id": _of("orderID"),
    },
)

DERIBIT = _recording(
    "deribit.liquidation_trades",
    "trades.future",
    {
        "occurred_at": _time("timestamp"),
        "symbol": _of("instrument_name"),
        "order_side": f"case party when 'M' then case {_of('direction')} when 'buy' then 'sell' when 'sell' then 'buy' end"
        f" when 'T' then {_of('direction')} end",
        "quantity": _of("amount"),
        "quantity_unit": f"case when contains({_of('instrument_name')}, '_') then 'base' else 'usd' end",
        "price": _of("price"),
        "price_basis": "'execution'",
        "order_id": _of("trade_id"),
    },
)

BITGET = _recording(
    "bitget.liquidation",
    "liquidation",
    {
        "occurred_at": _time("ts"),
        "symbol": _of("symbol"),
        "order_side": f"lower({_of('side')})",
        "quantity": _of("amount"),
        "quantity_unit": "'base'",
        "price": _of("price"),
        "price_basis": "'bankruptcy'",
    },
)

HTX = _recording(
    "htx.liquidation_orders",
    "liquidation_orders",
    {
        "occurred_at": _time("created_at"),
        "symbol": _of("contract_code"),
        "order_side": f"lower({_of('direction')})",
        "quantity": _of("amount"),
        "quantity_unit": "'base'",
        "price": _of("price"),
        "price_basis": "'order'",
    },
)

KRAKEN = _recording(
    "kraken.liquidation_trades",
    "trade",
    {
        "occurred_at": _time("time"),
        "symbol": _of("product_id"),
        "order_side": f"lower({_of('side')})",
        "quantity": _of("qty"),
        "quantity_unit": f"case when starts_with(upper({_of('product_id')}), 'PF_') then 'base' else 'contracts' end",
        "price": _of("price"),
        "price_basis": "'execution'",
        "order_id": _of("uid"),
    },
)

GATE = _recording(
    "gate.public_liquidates",
    "public_liquidates",
    {
        # `time` was in seconds until it became milliseconds.
        "occurred_at": instant(
            f"coalesce(try_cast({_of('time_ms')} as bigint), case when try_cast({_of('time')} as bigint) < 100000000000"
            f" then try_cast({_of('time')} as bigint) * 1000 else try_cast({_of('time')} as bigint) end)"
        ),
        "symbol": _of("contract"),
        "order_side": f"case when {_number('size')} < 0 then 'sell' when {_number('size')} > 0 then 'buy' end",
        "quantity": f"abs({_number('size')})",
        "quantity_unit": "'contracts'",
        "price": _of("price"),
        "price_basis": "'order'",
    },
)

DYDX = _recording(
    "dydx.liquidated_trades",
    "v4_trades",
    {
        "occurred_at": f"try_cast({_of('createdAt')} as timestamp)",
        "symbol": "json_extract_string(message, '$.id')",
        "order_side": f"lower({_of('side')})",
        "quantity": _of("size"),
        "quantity_unit": "'base'",
        "price": _of("price"),
        "price_basis": "'execution'",
        "order_id": _of("id"),
    },
)

BITFINEX = _recording(
    "bitfinex.liquidations",
    "liq_global",
    {
        "occurred_at": _time("[2]"),
        "symbol": f"regexp_replace({_of('[4]')}, '^t', '')",
        "order_side": f"case when {_number('[5]')} > 0 then 'sell' when {_number('[5]')} < 0 then 'buy' end",
        "quantity": f"abs({_number('[5]')})",
        "quantity_unit": "'base'",
        "price": f"coalesce(nullif({_number('[11]')}, 0), {_number('[6]')})",
        "price_basis": "'order'",
        "order_id": _of("[1]"),
    },
    where=f"coalesce({_of('[8]')}, '0') = '0'",
)

FEEDS = (BYBIT, OKX, BITMEX, DERIBIT, BITGET, HTX, KRAKEN, GATE, DYDX, BITFINEX)
