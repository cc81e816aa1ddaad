"""Binance: USD-M futures archive and logs of the forced-order stream.

Archive: https://data.binance.vision, layout and columns as in the publisher's README (binance/binance-public-data).
Daily files appear the next day, monthly ones in the first week of the next month; `<file>.CHECKSUM` holds the SHA-256.
Files of recent years have a header, older ones do not. Times are milliseconds (microseconds are told by magnitude).
Known gaps: whole days of `metrics` are absent for some symbols; the archive has no liquidations since 2024.

Forced orders: `S` is the side of the closing order, so SELL means that a long was liquidated. `z` is filled in all, `l`
only last, so the notional is `z × ap`. The stream tells at most one order per symbol and second.
"""

from orchestration.feeds.contract import Coverage, Feed, JsonLines, Table, instant

ADDRESS = "https://data.binance.vision"
_UM = "data/futures/um"

KLINES = Feed(
    name="binance.klines",
    dataset="candles",
    address=ADDRESS,
    paths=(
        f"{_UM}/daily/klines/{{symbol}}/1m/{{symbol}}-1m-{{day}}.zip",
        f"{_UM}/monthly/klines/{{symbol}}/1m/{{symbol}}-1m-{{month}}.zip",
    ),
    checksum="{path}.CHECKSUM",
    reader=Table(
        {
            "open_time": "BIGINT",
            "open": "DOUBLE",
            "high": "DOUBLE",
            "low": "DOUBLE",
            "close": "DOUBLE",
            "volume": "DOUBLE",
            "close_time": "BIGINT",
            "quote_volume": "DOUBLE",
            "count": "BIGINT",
            "taker_buy_volume": "DOUBLE",
            "taker_buy_quote_volume": "DOUBLE",
            "ignore": "VARCHAR",
        }
    ),
    select={
        "open_at": instant("open_time"),
        "interval_s": "60",
        "symbol": "path.symbol",
        "open": "open",
        "high": "high",
        "low": "low",
        "close": "close",
        "base_volume": "volume",
        "quote_volume": "quote_volume",
        "n_trades": "count",
    },
    venue="'binance'",
    coverage=Coverage.CADENCE,
)

FUNDING = Feed(
    name="binance.funding_rate",
    dataset="funding",
    address=ADDRESS,
    paths=(f"{_UM}/monthly/fundingRate/{{symbol}}/{{symbol}}-fundingRate-{{month}}.zip",),
    checksum="{path}.CHECKSUM",
    reader=Table({"calc_time": "BIGINT", "funding_interval_hours": "DOUBLE", "last_funding_rate": "DOUBLE"}),
    select={
        "settled_at": instant("calc_time"),
        "symbol": "path.symbol",
        "rate": "last_funding_rate",
        "interval_h": "funding_interval_hours",
    },
    venue="'binance'",
    coverage=Coverage.WHOLE_FILE,
)

METRICS = Feed(
    name="binance.metrics",
    dataset="open_interest",
    address=ADDRESS,
    paths=(f"{_UM}/daily/metrics/{{symbol}}/{{symbol}}-metrics-{{day}}.zip",),
    checksum="{path}.CHECKSUM",
    reader=Table(
        {
            "create_time": "VARCHAR",
            "symbol": "VARCHAR",
            "sum_open_interest": "DOUBLE",
            "sum_open_interest_value": "DOUBLE",
            "count_toptrader_long_short_ratio": "VARCHAR",
            "sum_toptrader_long_short_ratio": "VARCHAR",
            "count_long_short_ratio": "VARCHAR",
            "sum_taker_long_short_vol_ratio": "VARCHAR",
        }
    ),
    select={
        # Text without zone in recent files, epoch in some: both are UTC.
        "observed_at": "coalesce(try_cast(create_time as timestamp), "
        + instant("try_cast(create_time as bigint)")
        + ")",
        "symbol": "symbol",
        "oi_base": "sum_open_interest",
        "oi_usd": "sum_open_interest_value",
    },
    venue="'binance'",
    coverage=Coverage.CADENCE,
)

# A bare base coin means that the logger cut off USDT: the public loggers that write this layout replace "USDT" by
# nothing and leave USDC and coin-margined names whole.
_LOGGED_SYMBOL = (
    "case when regexp_matches(symbol, '.(USDT|USDC|BUSD|USD(_[A-Z0-9]+)?)$') then symbol else symbol || 'USDT' end"
)
_COIN_MARGINED = r"'USD_[A-Z0-9]+$'"

FORCE_ORDER_LOG = Feed(
    name="binance.force_order_log",
    dataset="liquidations",
    kind="log",
    paths=("logs/forceOrder/*.csv",),
    reader=Table(
        {
            "symbol": "VARCHAR",
            "side": "VARCHAR",
            "order_type": "VARCHAR",
            "time_in_force": "VARCHAR",
            "quantity": "DOUBLE",
            "price": "DOUBLE",
            "average_price": "DOUBLE",
            "status": "VARCHAR",
            "last_quantity": "DOUBLE",
            "accumulated_quantity": "DOUBLE",
            "event_time": "BIGINT",
            "usd": "VARCHAR",
            "extra": "VARCHAR",
        },
        optional=frozenset({"usd", "extra"}),
        headless=True,
    ),
    select={
        "occurred_at": instant("event_time"),
        "symbol": _LOGGED_SYMBOL,
        "order_side": "lower(side)",
        "quantity": "accumulated_quantity",
        "quantity_unit": f"case when regexp_matches(symbol, {_COIN_MARGINED}) then 'contracts' else 'base' end",
        "price": "average_price",
        "price_basis": "'average'",
    },
    venue="'binance'",
    coverage=Coverage.ROWS_SEEN,
)

FORCE_ORDERS = Feed(
    name="binance.force_orders",
    dataset="liquidations",
    kind="recorded",
    paths=("recorded/forceOrder/{day}.ndjson.gz",),
    reader=JsonLines(
        {
            "received_at": ("$.received_at", "TIMESTAMP"),
            "connection": ("$.connection", "VARCHAR"),
            "traded_at": ("$.message.o.T", "BIGINT"),
            "symbol": ("$.message.o.s", "VARCHAR"),
            "side": ("$.message.o.S", "VARCHAR"),
            "accumulated_quantity": ("$.message.o.z", "DOUBLE"),
            "average_price": ("$.message.o.ap", "DOUBLE"),
        }
    ),
    where="connection is null",
    select={
        "occurred_at": instant("traded_at"),
        "symbol": "symbol",
        "order_side": "lower(side)",
        "quantity": "accumulated_quantity",
        "quantity_unit": f"case when regexp_matches(symbol, {_COIN_MARGINED}) then 'contracts' else 'base' end",
        "price": "average_price",
        "price_basis": "'average'",
    },
    venue="'binance'",
    coverage=Coverage.MARKS,
    reads=(0, 1),
)

FEEDS = (KLINES, FUNDING, METRICS, FORCE_ORDERS, FORCE_ORDER_LOG)
