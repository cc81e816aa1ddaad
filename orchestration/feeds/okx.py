"""OKX: the archive of trades, whose day is that of UTC+8, and public endpoints for bars, settled funding and open interest.

Archive: https://static.okx.com/cdn/okex/traderecords, without a key, `trades/daily/<yyyymmdd>/<instrument>-trades-<day>.zip`, CSV with
a header, milliseconds. The file of day d holds d-1 16:00 to d 16:00 UTC, so a UTC day takes two files. Trades fold to minute
bars. `size` is in base units on spot and in contracts on swaps, futures and options, whose bars have no quote volume, since that would
need the contract's size. All dated futures of an underlying are in one file, `<underlying>-futureschain`. Sides are the taker's and
are not kept.

Endpoints: https://www.okx.com, without a key, kept as `rest/<endpoint>/<instrument>/<day>.json`. Hour bars: of the volumes the one in
base units, which spot has in another column, and the one in quote units; a bar that is not `confirm`ed is left out, and so is one
that does not say. Funding and open
interest answer with the newest records before the day's end, whose older ones are left out. Open interest is a sample an hour, in
contracts, in coins and in USD. Times are milliseconds.

Liquidations of an underlying's swaps, `rest/liquidation-orders/<underlying>/<day>.json`, come newest first, 100 a page, of the last day or
some: `side` is that of the order (sell: a long was liquidated), `sz` counts contracts, `bkPx` is the bankruptcy price. At most one
per contract and second is told, so an hour is known in part at best.

An empty list may be an error, or a day beyond what the endpoint keeps: an hour without a record is not covered. Known gaps: the
interval of funding is not stated. Assumed, as no real answer was at hand: the order of the arrays' fields; that errors have an empty
list; that a sample of open interest holds at its time; that funding goes back about three months; when a file is out.
"""

import re

from orchestration.feeds.contract import Coverage, Feed, JsonDocument, Pages, Request, Table, Variables, instant

ADDRESS = "https://static.okx.com/cdn/okex/traderecords"
API = "https://www.okx.com"
_SWAP = {"symbol": "{asset}-USDT-SWAP"}
_DERIVATIVE = re.compile(r"-SWAP$|-\d{6}(-\d+-[CP])?$|-(futures|option)chain$")


def _facts(subject: Variables) -> Variables:
    return {"venue": "okx" if _DERIVATIVE.search(subject["symbol"]) else "okx-spot"}


def _of_the_day(at: str) -> str:
    """SQL that keeps the day's own records; one without a time goes on to be judged."""
    return f"coalesce({at}::date = path.day, true)"


_IS_SPOT = "path.venue = 'okx-spot'"

TRADES = Feed(
    name="okx.trades",
    dataset="candles",
    address=ADDRESS,
    paths=("trades/daily/{yyyymmdd}/{symbol}-trades-{day}.zip",),
    asks_for=_SWAP,
    reader=Table(
        {
            "instrument_name": "VARCHAR",
            "trade_id": "VARCHAR",
            "side": "VARCHAR",
            "price": "DOUBLE",
            "size": "DOUBLE",
            "created_time": "BIGINT",
        }
    ),
    select={
        "traded_at": instant("created_time"),
        "symbol": "instrument_name",
        "price": "price",
        "base": f"case when {_IS_SPOT} then size end",
        "quote": f"case when {_IS_SPOT} then price * size end",
        "contracts": "size",
    },
    venue="path.venue",
    derive=_facts,
    coverage=Coverage.WHOLE_FILE,
    hours=(-8, 16),
    reads=(0, 1),
    on_request=True,
    of_trades=True,
    published="during the next day",
)

CANDLES = Feed(
    name="okx.candles",
    dataset="candles",
    address=API,
    paths=("rest/history-candles/{symbol}/{day}.json",),
    asks_for=_SWAP,
    request=Request("api/v5/market/history-candles?instId={symbol}&bar=1H&after={end_ms}&limit=24"),
    reader=JsonDocument(
        {
            "ts": ("$[0]", "BIGINT"),
            "o": ("$[1]", "DOUBLE"),
            "h": ("$[2]", "DOUBLE"),
            "l": ("$[3]", "DOUBLE"),
            "c": ("$[4]", "DOUBLE"),
            "vol": ("$[5]", "DOUBLE"),
            "vol_ccy": ("$[6]", "DOUBLE"),
            "vol_ccy_quote": ("$[7]", "DOUBLE"),
            "confirm": ("$[8]", "VARCHAR"),
        },
        records="$.data[*]",
    ),
    where=f"confirm = '1' and {_of_the_day(instant('ts'))}",
    select={
        "open_at": instant("ts"),
        "interval_s": "3600",
        "symbol": "path.symbol",
        "open": "o",
        "high": "h",
        "low": "l",
        "close": "c",
        "base_volume": f"case when {_IS_SPOT} then vol else vol_ccy end",
        "quote_volume": "vol_ccy_quote",
    },
    venue="path.venue",
    derive=_facts,
    coverage=Coverage.CADENCE,
    published="at once",
)

FUNDING = Feed(
    name="okx.funding",
    dataset="funding",
    address=API,
    paths=("rest/funding-rate-history/{symbol}/{day}.json",),
    asks_for=_SWAP,
    request=Request("api/v5/public/funding-rate-history?instId={symbol}&after={end_ms}&limit=100"),
    reader=JsonDocument(
        {"funding_time": ("$.fundingTime", "BIGINT"), "realized_rate": ("$.realizedRate", "DOUBLE")},
        records="$.data[*]",
    ),
    where=_of_the_day(instant("funding_time")),
    select={"settled_at": instant("funding_time"), "symbol": "path.symbol", "rate": "realized_rate"},
    venue="'okx'",
    coverage=Coverage.CADENCE,
    published="at once, for about three months",
)

OPEN_INTEREST = Feed(
    name="okx.open_interest",
    dataset="open_interest",
    address=API,
    paths=("rest/open-interest-history/{symbol}/{day}.json",),
    asks_for=_SWAP,
    # No `begin`: whether the sample at its very instant belongs to the answer is not documented.
    request=Request(
        "api/v5/rubik/stat/contracts/open-interest-history?instId={symbol}&period=1H&end={end_ms}&limit=100"
    ),
    reader=JsonDocument(
        {
            "ts": ("$[0]", "BIGINT"),
            "oi": ("$[1]", "DOUBLE"),
            "oi_ccy": ("$[2]", "DOUBLE"),
            "oi_usd": ("$[3]", "DOUBLE"),
        },
        records="$.data[*]",
    ),
    where=_of_the_day(instant("ts")),
    select={
        "observed_at": instant("ts"),
        "symbol": "path.symbol",
        "oi_base": "oi_ccy",
        "oi_contracts": "oi",
        "oi_usd": "oi_usd",
    },
    venue="'okx'",
    coverage=Coverage.CADENCE,
    published="at once, for a limited time",
)

_FULL = 100


def _older(answer: dict[str, list[dict[str, list[dict[str, str]]]]], midnight_ms: int) -> object:
    """Before the oldest order of a full page, as long as that is of the day."""
    orders = [order for group in answer["data"] for order in group["details"]]
    oldest = min((int(order["ts"]) for order in orders), default=0)
    return oldest if len(orders) >= _FULL and oldest >= midnight_ms else None


LIQUIDATIONS = Feed(
    name="okx.liquidations",
    dataset="liquidations",
    address=API,
    paths=("rest/liquidation-orders/{symbol}/{day}.json",),
    asks_for={"symbol": "{asset}-USDT"},
    request=Request(
        f"api/v5/public/liquidation-orders?instType=SWAP&state=filled&uly={{symbol}}&after={{end_ms}}&limit={_FULL}",
        pages=Pages("after", _older),
    ),
    reader=JsonDocument(
        {
            "ts": ("$.ts", "BIGINT"),
            "side": ("$.side", "VARCHAR"),
            "sz": ("$.sz", "DOUBLE"),
            "bk_px": ("$.bkPx", "DOUBLE"),
        },
        records="$.data[*].details[*]",
    ),
    where=_of_the_day(instant("ts")),
    select={
        "occurred_at": instant("ts"),
        "symbol": "path.symbol || '-SWAP'",
        "order_side": "lower(side)",
        "quantity": "sz",
        "quantity_unit": "'contracts'",
        "price": "bk_px",
        "price_basis": "'bankruptcy'",
    },
    venue="'okx'",
    coverage=Coverage.ROWS_SEEN,
    published="at once, for a day or some",
)

FEEDS = (TRADES, CANDLES, FUNDING, OPEN_INTEREST, LIQUIDATIONS)
