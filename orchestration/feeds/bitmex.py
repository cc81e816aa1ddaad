"""BitMEX: the archives of trades and quotes, all instruments in one file, and the public endpoint of settled funding.

Archive: `data/trade/<yyyymmdd>.csv.gz` of the bucket public.bitmex.com, without a key, gzip CSV with a header, one UTC day a file.
Times read `2024-01-01D00:00:01.000000000` and are cut to microseconds. Trades fold to minute bars: `homeNotional` is in base units,
`foreignNotional` in quote units, whatever the contract counts in. Instruments that begin with a dot are indices and have no trades;
of the later column `trdType` only regular trades count. Sides are the taker's and are not kept.

Quotes, `data/quote/<yyyymmdd>.csv.gz`, are the best bid and ask and what rests there, in contracts. Those of each minute's first second
are read, as depth within half the spread of the middle; the others and books without two sides are left aside.

Endpoint: https://www.bitmex.com, without a key, kept as `rest/funding/<day>.json`, all instruments in one answer. Each record says how
long its interval is, as the time of day of 2000-01-01.

Known gaps: an answer has 500 records at most, the day of 166 instruments with three settlements; what is beyond is not noticed. A
minute without a trade has no bar. Assumed, as no real file was at hand: the address of the archive, when a file is out, that a
file is a UTC day, and that regular trades are those of type `Regular`.
"""

from orchestration.feeds.contract import Coverage, Feed, JsonDocument, Request, Table

ADDRESS = "https://s3-eu-west-1.amazonaws.com/public.bitmex.com"
API = "https://www.bitmex.com"
# 26 characters end with the microsecond.
_AT = "try_cast(left(replace(\"timestamp\", 'D', ' '), 26) as timestamp)"
_HALF_SPREAD = "((askPrice - bidPrice) / (askPrice + bidPrice) * 100)"

TRADES = Feed(
    name="bitmex.trades",
    dataset="candles",
    address=ADDRESS,
    paths=("data/trade/{yyyymmdd}.csv.gz",),
    reader=Table(
        {
            "timestamp": "VARCHAR",
            "symbol": "VARCHAR",
            "side": "VARCHAR",
            "size": "VARCHAR",
            "price": "DOUBLE",
            "tickDirection": "VARCHAR",
            "trdMatchID": "VARCHAR",
            "grossValue": "VARCHAR",
            "homeNotional": "DOUBLE",
            "foreignNotional": "DOUBLE",
            "trdType": "VARCHAR",
        },
        optional=frozenset({"side", "size", "tickDirection", "trdMatchID", "grossValue", "trdType"}),
    ),
    where="coalesce(not starts_with(symbol, '.'), true) and coalesce(trdType, 'Regular') = 'Regular'",
    select={
        "traded_at": _AT,
        "symbol": "symbol",
        "price": "price",
        "base": "homeNotional",
        "quote": "foreignNotional",
    },
    venue="'bitmex'",
    coverage=Coverage.WHOLE_FILE,
    on_request=True,
    of_trades=True,
    published="during the next day",
)

QUOTES = Feed(
    name="bitmex.quotes",
    dataset="depth",
    address=ADDRESS,
    paths=("data/quote/{yyyymmdd}.csv.gz",),
    reader=Table(
        {
            "timestamp": "VARCHAR",
            "symbol": "VARCHAR",
            "bidSize": "DOUBLE",
            "bidPrice": "DOUBLE",
            "askPrice": "DOUBLE",
            "askSize": "DOUBLE",
        }
    ),
    # The second is the 18th and 19th character; a crossed or one-sided book tells no distance.
    where="substr(\"timestamp\", 18, 2) = '00' and askPrice > bidPrice",
    select={
        "observed_at": _AT,
        "symbol": "symbol",
        # One row an element, of each list alike.
        "side": "unnest(['bid', 'ask'])",
        "within_pct": f"unnest([{_HALF_SPREAD}, {_HALF_SPREAD}])",
        "depth_base": "unnest([bidSize, askSize])",
    },
    venue="'bitmex'",
    coverage=Coverage.ROWS_SEEN,
    on_request=True,
    published="during the next day",
)

FUNDING = Feed(
    name="bitmex.funding",
    dataset="funding",
    address=API,
    paths=("rest/funding/{day}.json",),
    request=Request("api/v1/funding?startTime={day}&endTime={day}T23:59:59.999Z&count=500&reverse=false"),
    reader=JsonDocument(
        {
            "timestamp": ("$.timestamp", "TIMESTAMPTZ"),
            "symbol": ("$.symbol", "VARCHAR"),
            "funding_interval": ("$.fundingInterval", "TIMESTAMPTZ"),
            "funding_rate": ("$.fundingRate", "DOUBLE"),
        }
    ),
    select={
        "settled_at": "\"timestamp\" at time zone 'UTC'",
        "symbol": "symbol",
        "rate": "funding_rate",
        "interval_h": "epoch(funding_interval - timestamptz '2000-01-01 00:00:00+00') / 3600",
    },
    venue="'bitmex'",
    coverage=Coverage.WHOLE_FILE,
    published="at once",
)

FEEDS = (TRADES, QUOTES, FUNDING)
