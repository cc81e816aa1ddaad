"""Gate: the public endpoint of liquidations; the stream's are in `recorded`.

Address https://api.gateio.ws, `api/v4/futures/usdt/liq_orders`, without a key, kept as `rest/liq_orders/<contract>/<day>.json`: contracts
settled in USDT, asked for hour by hour, since an answer has 1,000 orders at most. Times are seconds. `size` is that of the POSITION in
contracts, negative for a short (the publisher's example has an order price above the fill, so an order that buys, for a negative
size); `left` of it was not filled. `fill_price` is the average.

Known gaps: how long the endpoint keeps orders is not documented; what is beyond 1,000 an hour; so an hour is known in part at
best. Assumed, as no real answer was at hand: the fields as the publisher's client documents them, and that `left` bears either sign.
"""

from orchestration.feeds.contract import Coverage, Feed, JsonDocument, Request, instant

ADDRESS = "https://api.gateio.ws"

LIQUIDATIONS = Feed(
    name="gate.liq_orders",
    dataset="liquidations",
    address=ADDRESS,
    paths=("rest/liq_orders/{symbol}/{day}.json",),
    asks_for={"symbol": "{asset}_USDT"},
    request=Request("api/v4/futures/usdt/liq_orders?contract={symbol}&from={start_s}&to={end_s}&limit=1000", slices=24),
    reader=JsonDocument(
        {
            "time": ("$.time", "BIGINT"),
            "contract": ("$.contract", "VARCHAR"),
            "size": ("$.size", "DOUBLE"),
            "unfilled": ("$.left", "DOUBLE"),
            "fill_price": ("$.fill_price", "DOUBLE"),
        }
    ),
    select={
        "occurred_at": instant('(case when "time" between 0 and 99999999999 then "time" * 1000 end)'),
        "symbol": "contract",
        "liquidated_side": "case when size > 0 then 'long' when size < 0 then 'short' end",
        "quantity": "abs(size) - coalesce(abs(unfilled), 0)",
        "quantity_unit": "'contracts'",
        "price": "fill_price",
        "price_basis": "'average'",
    },
    venue="'gate'",
    coverage=Coverage.ROWS_SEEN,
    published="at once, for a limited time",
)

FEEDS = (LIQUIDATIONS,)
