"""Bitfinex: the public endpoint of liquidations; the stream's are in `recorded`.

Address https://api-pub.bitfinex.com, `v2/liquidations/hist`, without a key, kept as `rest/liquidations/<day>.json`: all symbols in one
answer, the newest first, 500 a page. A record is a list of one row, as in the stream: id, time in milliseconds, symbol, amount in
base units, base price, whether it is a match, price at which it was acquired. The amount is that of the POSITION, negative for a
short. First triggers are orders; later matches of the same position are left aside, as in `recorded`.

Known gaps: the endpoint is asked at most some times a minute, so busy days come slowly; how long it keeps rows is not documented,
so an hour is known in part at best. Assumed, as no real answer was at hand: the places in the row, as readers of it have them.
"""

from orchestration.feeds.contract import Coverage, Feed, JsonDocument, Pages, Request, instant

ADDRESS = "https://api-pub.bitfinex.com"
_FULL = 500


def _older(answer: list[list[list[object]]], midnight_ms: int) -> object:
    return answer[-1][0][2] if len(answer) >= _FULL else None


LIQUIDATIONS = Feed(
    name="bitfinex.liquidations_hist",
    dataset="liquidations",
    address=ADDRESS,
    paths=("rest/liquidations/{day}.json",),
    request=Request(
        f"v2/liquidations/hist?start={{start_ms}}&end={{end_ms}}&limit={_FULL}", pages=Pages("end", _older)
    ),
    reader=JsonDocument(
        {
            "position": ("$[1]", "VARCHAR"),
            "at": ("$[2]", "BIGINT"),
            "symbol": ("$[4]", "VARCHAR"),
            "amount": ("$[5]", "DOUBLE"),
            "base_price": ("$[6]", "DOUBLE"),
            "is_match": ("$[8]", "VARCHAR"),
            "acquired_price": ("$[11]", "DOUBLE"),
        },
        records="$[*][*]",
    ),
    where="coalesce(is_match, '0') = '0'",
    select={
        "occurred_at": instant('"at"'),
        "symbol": "regexp_replace(symbol, '^t', '')",
        "liquidated_side": "case when amount > 0 then 'long' when amount < 0 then 'short' end",
        "quantity": "abs(amount)",
        "quantity_unit": "'base'",
        "price": "coalesce(nullif(acquired_price, 0), base_price)",
        "price_basis": "'order'",
        "order_id": "position",
    },
    venue="'bitfinex'",
    coverage=Coverage.ROWS_SEEN,
    published="at once, for a limited time",
)

FEEDS = (LIQUIDATIONS,)
