"""Bybit: archives of trades, order books and the premium index, and public endpoints for settled funding and open interest.

Archive: https://public.bybit.com, without a key, gzip CSV with a header, one UTC day a file, no checksums: `trading/<symbol>/…` of
derivatives, `spot/<symbol>/…`, `premium_index/<symbol>/…`. Trades fold to minute bars. Those of derivatives tell seconds with a
fraction; `homeNotional` is in base units and `foreignNotional` in quote units, and a column `RPI` was added. Spot trades tell
milliseconds and base units; early ones lie in files of a month.

Order books: https://quote-saver.bycsi.com, without a key, `orderbook/linear/<symbol>/<day>_<symbol>_ob<levels>.data.zip`, JSON lines,
milliseconds, base units: snapshots of 500 levels a side, of 200 in later files, and changes to them. Snapshots alone are read, into a
row of bids and one of asks: what rests within 1 % of the middle, or within the last level where that is nearer, and `within_pct` says
which. Most files have one snapshot, at their start, so a book tells of an instant and never of an hour.

Endpoints: https://api.bybit.com, without a key, kept as `rest/<endpoint>/<symbol>/<day>.json`; linear contracts alone, open interest
in base units, a sample each half hour. How long a funding interval is is not stated: on a day on which it changes, hours of the longer
one are missing. An answer of an error has no list of records, and is quarantined, or an empty one, which covers nothing.

Sides of trades are the taker's and are not kept. Known gaps: a minute without a trade has no bar; there is no dump of liquidations.
Of order books the changes to a snapshot are not read, which tell no depth by themselves.

Assumed: of inverse contracts `size` is in USD, and is taken in place of the two notionals, which older files are said to have the
other way round; older files begin with the last trade of the day, so that the first and last price of a minute may change places
where trades share an instant; the columns of `premium_index`, its `start_at` in seconds and `period` in minutes; a sample of open
interest holds at its `timestamp`; spot files with a hyphen before the day are like those with an underscore; when a file is out;
that some countries get HTTP 403.
"""

from orchestration.feeds.contract import Coverage, Feed, JsonDocument, JsonLines, Request, Table, instant

ADDRESS = "https://public.bybit.com"
BOOKS = "https://quote-saver.bycsi.com"
API = "https://api.bybit.com"
_OUT = "during the next day"
_IS_INVERSE = "regexp_matches(symbol, 'USD([FGHJKMNQUVXZ][0-9]{2})?$')"

TRADES = Feed(
    name="bybit.trades",
    dataset="candles",
    address=ADDRESS,
    paths=("trading/{symbol}/{symbol}{day}.csv.gz",),
    reader=Table(
        {
            "timestamp": "DOUBLE",
            "symbol": "VARCHAR",
            "side": "VARCHAR",
            "size": "DOUBLE",
            "price": "DOUBLE",
            "tickDirection": "VARCHAR",
            "trdMatchID": "VARCHAR",
            "grossValue": "VARCHAR",
            "homeNotional": "DOUBLE",
            "foreignNotional": "DOUBLE",
            "RPI": "VARCHAR",
        },
        optional=frozenset({"tickDirection", "trdMatchID", "grossValue", "RPI"}),
    ),
    select={
        "traded_at": instant('try_cast("timestamp" * 1000000 as bigint)'),
        "symbol": "symbol",
        "price": "price",
        "base": f"case when {_IS_INVERSE} then size / price else homeNotional end",
        "quote": f"case when {_IS_INVERSE} then size else foreignNotional end",
    },
    venue="'bybit'",
    coverage=Coverage.WHOLE_FILE,
    on_request=True,
    of_trades=True,
    published=_OUT,
)

SPOT_TRADES = Feed(
    name="bybit.spot_trades",
    dataset="candles",
    address=ADDRESS,
    paths=("spot/{symbol}/{symbol}_{day}.csv.gz", "spot/{symbol}/{symbol}-{month}.csv.gz"),
    reader=Table(
        {
            "id": "VARCHAR",
            "timestamp": "BIGINT",
            "price": "DOUBLE",
            "volume": "DOUBLE",
            "side": "VARCHAR",
            "rpi": "VARCHAR",
        },
        optional=frozenset({"rpi"}),
    ),
    select={
        "traded_at": instant('"timestamp"'),
        "symbol": "path.symbol",
        "price": "price",
        "base": "volume",
        "quote": "price * volume",
    },
    venue="'bybit-spot'",
    coverage=Coverage.WHOLE_FILE,
    on_request=True,
    of_trades=True,
    published=_OUT,
)

PREMIUM_INDEX = Feed(
    name="bybit.premium_index",
    dataset="reference_prices",
    address=ADDRESS,
    paths=("premium_index/{symbol}/{symbol}{day}_premium_index.csv.gz",),
    asks_for={"symbol": "{asset}USD"},
    reader=Table(
        {
            "start_at": "BIGINT",
            "symbol": "VARCHAR",
            "period": "INTEGER",
            "open": "DOUBLE",
            "high": "DOUBLE",
            "low": "DOUBLE",
            "close": "DOUBLE",
        },
        optional=frozenset({"symbol"}),
    ),
    select={
        "open_at": instant("(case when start_at between 0 and 99999999999 then start_at * 1000 else start_at end)"),
        "interval_s": "period::bigint * 60",
        "symbol": "path.symbol",
        "kind": "'premium'",
        **{name: f'"{name}"' for name in ("open", "high", "low", "close")},
    },
    venue="'bybit'",
    coverage=Coverage.WHOLE_FILE,
    on_request=True,
    published=_OUT,
)

_BIDS = "try_cast(bids as double[][])"
_ASKS = "try_cast(asks as double[][])"
_MIDDLE = f"((list_max([level[1] for level in {_BIDS}]) + list_min([level[1] for level in {_ASKS}])) / 2)"


def _reach(levels: str) -> str:
    """SQL for the distance in percent up to which a side's levels are summed."""
    return f"least(1, list_max([abs(level[1] - {_MIDDLE}) for level in {levels}]) / {_MIDDLE} * 100)"


def _resting(levels: str, what: str) -> str:
    """SQL for the sum of `what` over a side's levels within 1 % of the middle."""
    return f"list_sum([{what} for level in {levels} if abs(level[1] - {_MIDDLE}) <= {_MIDDLE} * 0.01])"


ORDER_BOOK = Feed(
    name="bybit.order_book",
    dataset="depth",
    address=BOOKS,
    paths=(
        "orderbook/linear/{symbol}/{day}_{symbol}_ob500.data.zip",
        "orderbook/linear/{symbol}/{day}_{symbol}_ob200.data.zip",
    ),
    reader=JsonLines(
        {
            "type": ("$.type", "VARCHAR"),
            "ts": ("$.ts", "BIGINT"),
            "symbol": ("$.data.s", "VARCHAR"),
            "bids": ("$.data.b", "JSON"),
            "asks": ("$.data.a", "JSON"),
        }
    ),
    where="\"type\" is distinct from 'delta'",
    select={
        "observed_at": instant("ts"),
        "symbol": "symbol",
        # One row an element, of each list alike.
        "side": "unnest(['bid', 'ask'])",
        "within_pct": f"unnest([{_reach(_BIDS)}, {_reach(_ASKS)}])",
        "depth_base": f"unnest([{_resting(_BIDS, 'level[2]')}, {_resting(_ASKS, 'level[2]')}])",
        "depth_quote": (
            f"unnest([{_resting(_BIDS, 'level[1] * level[2]')}, {_resting(_ASKS, 'level[1] * level[2]')}])"
        ),
    },
    venue="'bybit'",
    coverage=Coverage.ROWS_SEEN,
    on_request=True,
    published=_OUT,
)

_LINEAR = "category=linear&symbol={symbol}"
_OF_THE_DAY = "startTime={start_ms}&endTime={end_ms}&limit=200"

FUNDING = Feed(
    name="bybit.funding",
    dataset="funding",
    address=API,
    paths=("rest/funding/{symbol}/{day}.json",),
    request=Request(f"v5/market/funding/history?{_LINEAR}&{_OF_THE_DAY}"),
    reader=JsonDocument(
        {"funding_time": ("$.fundingRateTimestamp", "BIGINT"), "funding_rate": ("$.fundingRate", "DOUBLE")},
        records="$.result.list[*]",
    ),
    select={"settled_at": instant("funding_time"), "symbol": "path.symbol", "rate": "funding_rate"},
    venue="'bybit'",
    coverage=Coverage.CADENCE,
    published="at once",
)

OPEN_INTEREST = Feed(
    name="bybit.open_interest",
    dataset="open_interest",
    address=API,
    paths=("rest/openInterest/{symbol}/{day}.json",),
    request=Request(f"v5/market/open-interest?{_LINEAR}&intervalTime=30min&{_OF_THE_DAY}"),
    reader=JsonDocument(
        {"timestamp": ("$.timestamp", "BIGINT"), "open_interest": ("$.openInterest", "DOUBLE")},
        records="$.result.list[*]",
    ),
    select={"observed_at": instant('"timestamp"'), "symbol": "path.symbol", "oi_base": "open_interest"},
    venue="'bybit'",
    coverage=Coverage.CADENCE,
    published="at once",
)

FEEDS = (TRADES, SPOT_TRADES, PREMIUM_INDEX, ORDER_BOOK, FUNDING, OPEN_INTEREST)
