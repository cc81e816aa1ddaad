"""HTX: the public endpoint of liquidations; the stream's are in `recorded`.

Address https://api.hbdm.com, `v5/market/liquidation_orders`, without a key, kept as `rest/liquidation_orders/<contract>/<day>.json`:
USDT-margined swaps, asked for two hours at a time, 100 a page. Times are milliseconds. `side` is that of the order, sell for a long,
and `position_side` says the same outright. `volume` is in contracts (in the example that a reader kept, `trade_turnover` is the
volume times the contract's size times the price, and `amount` counts contracts too); `bankrupt_price` is the order's.

Known gaps: how long the endpoint keeps orders is not documented, so an hour is known in part at best. Assumed, as no real answer
was at hand: that `from` with the last `id` goes on, as one reader has it, and that two hours is the longest span.
"""

from orchestration.feeds.contract import Coverage, Feed, JsonDocument, Pages, Request, instant

ADDRESS = "https://api.hbdm.com"
_FULL = 100


def _older(answer: dict[str, list[dict[str, object]]], midnight_ms: int) -> object:
    return answer["data"][-1]["id"] if len(answer["data"]) >= _FULL else None


LIQUIDATIONS = Feed(
    name="htx.liquidations",
    dataset="liquidations",
    address=ADDRESS,
    paths=("rest/liquidation_orders/{symbol}/{day}.json",),
    asks_for={"symbol": "{asset}-USDT"},
    request=Request(
        f"v5/market/liquidation_orders?contract_code={{symbol}}&start_time={{start_ms}}&end_time={{end_ms}}&limit={_FULL}&direct=prev",
        slices=12,
        pages=Pages("from", _older),
    ),
    reader=JsonDocument(
        {
            "id": ("$.id", "VARCHAR"),
            "contract_code": ("$.contract_code", "VARCHAR"),
            "liquidation_time": ("$.liquidation_time", "BIGINT"),
            "side": ("$.side", "VARCHAR"),
            "position_side": ("$.position_side", "VARCHAR"),
            "volume": ("$.volume", "DOUBLE"),
            "bankrupt_price": ("$.bankrupt_price", "DOUBLE"),
        },
        records="$.data[*]",
    ),
    select={
        "occurred_at": instant("liquidation_time"),
        "symbol": "contract_code",
        "order_side": "lower(side)",
        "liquidated_side": "case when lower(position_side) in ('long', 'short') then lower(position_side) end",
        "quantity": "volume",
        "quantity_unit": "'contracts'",
        "price": "bankrupt_price",
        "price_basis": "'bankruptcy'",
        "order_id": "id",
    },
    venue="'htx'",
    coverage=Coverage.ROWS_SEEN,
    published="at once, for a limited time",
)

FEEDS = (LIQUIDATIONS,)
