"""Bitget: the public endpoint of liquidations; the stream's are in `recorded`.

Address https://api.bitget.com, `api/v3/market/liquidations`, without a key, kept as `rest/liquidations/<symbol>/<day>.json`: USDT futures,
the newest first, 100 a page, of the last three days, so that those of a day are had by asking soon after it. Times are
milliseconds. `side` is that of the POSITION: buy means that a long was liquidated. `amount` is in coins, `price` the bankruptcy price.

Known gaps: what is told may come late and is never known to be all, so that an hour is known in part at best; other days than
the last three. Assumed, as no real answer was at hand: the fields and units, as readers of it have them (recorded.py says which
differ); that the list is under `data.list` and the next page's `cursor` beside it.
"""

from orchestration.feeds.contract import Coverage, Feed, JsonDocument, Pages, Request, instant

ADDRESS = "https://api.bitget.com"
_FULL = 100


def _older(answer: dict[str, dict[str, object]], midnight_ms: int) -> object:
    rows = answer["data"]["list"]
    is_last = not isinstance(rows, list) or len(rows) < _FULL or int(rows[-1]["ts"]) < midnight_ms
    return None if is_last else answer["data"].get("cursor")


LIQUIDATIONS = Feed(
    name="bitget.liquidations",
    dataset="liquidations",
    address=ADDRESS,
    paths=("rest/liquidations/{symbol}/{day}.json",),
    request=Request(
        f"api/v3/market/liquidations?category=USDT-FUTURES&symbol={{symbol}}&limit={_FULL}",
        pages=Pages("cursor", _older),
    ),
    reader=JsonDocument(
        {
            "symbol": ("$.symbol", "VARCHAR"),
            "side": ("$.side", "VARCHAR"),
            "price": ("$.price", "DOUBLE"),
            "amount": ("$.amount", "DOUBLE"),
            "ts": ("$.ts", "BIGINT"),
        },
        records="$.data.list[*]",
    ),
    where=f"coalesce({instant('ts')}::date = path.day, true)",
    select={
        "occurred_at": instant("ts"),
        "symbol": "symbol",
        "order_side": "lower(side)",
        "quantity": "amount",
        "quantity_unit": "'base'",
        "price": "price",
        "price_basis": "'bankruptcy'",
    },
    venue="'bitget'",
    coverage=Coverage.ROWS_SEEN,
    published="at once, for three days",
)

FEEDS = (LIQUIDATIONS,)
