"""Binance: USD-M futures archive and logs of the forced-order stream.

Archive: https://data.binance.vision, `data/<market>/<daily|monthly>/<dataset>/<symbol>/…`, layout and columns as in the
publisher's README (binance/binance-public-data); other markets and datasets are in `binance_markets`, `binance_trades` and
`binance_liquidations`. Daily files appear the next day, monthly ones in the first week of the next month;
`<file>.CHECKSUM` holds the SHA-256. Files of recent years have a header, older ones do not. Times are milliseconds
(microseconds are told by magnitude). Known gaps: whole days of `metrics` are absent for some symbols.

`metrics`: a row stands for the end of its five minutes, so a file of day d may begin at 00:05 and end with d+1 00:00; rows are
not sorted. Open interest is in base units and in the quote coin. Ratios are long over short, or bought over sold by takers.

Forced orders: `S` is the side of the closing order, so SELL means that a long was liquidated. `z` is filled in all, `l`
only last, so the notional is `z × ap`. The stream tells at most one order per symbol and second.
"""

from dataclasses import replace

from orchestration.feeds.contract import Coverage, Feed, JsonLines, Table, instant

ADDRESS = "https://data.binance.vision"
CHECKSUM = "{path}.CHECKSUM"
USD_M = "futures/um"
COIN_M = "futures/cm"
DAILY_OUT = "the next day"
MONTHLY_OUT = "in the first week of the next month"
BARS_OUT = f"the day's file {DAILY_OUT}, the month's {MONTHLY_OUT}"


def bars_paths(market: str, dataset: str) -> tuple[str, str]:
    """Where the archive keeps minute bars: by the day, else by the month."""
    folder = f"{dataset}/{{symbol}}/1m/{{symbol}}-1m"
    return f"data/{market}/daily/{folder}-{{day}}.zip", f"data/{market}/monthly/{folder}-{{month}}.zip"


def day_path(market: str, dataset: str) -> str:
    """Where the archive keeps a day of what is no bar."""
    return f"data/{market}/daily/{dataset}/{{symbol}}/{{symbol}}-{dataset}-{{day}}.zip"


def month_path(market: str, dataset: str) -> str:
    """Where the archive keeps a month of what is no bar."""
    return f"data/{market}/monthly/{dataset}/{{symbol}}/{{symbol}}-{dataset}-{{month}}.zip"


BARS = Table(
    {
        "open_time": "BIGINT",
        "open": "DOUBLE",
        "high": "DOUBLE",
        "low": "DOUBLE",
        "close": "DOUBLE",
        "volume": "DOUBLE",
        "close_time": "BIGINT",
        "quote_volume": "DOUBLE",
        "count": "DOUBLE",
        "taker_buy_volume": "DOUBLE",
        "taker_buy_quote_volume": "DOUBLE",
        "ignore": "VARCHAR",
    }
)
BAR = {
    "open_at": instant("open_time"),
    "interval_s": "60",
    "symbol": "path.symbol",
    "open": "open",
    "high": "high",
    "low": "low",
    "close": "close",
}

# Read as a whole number, one with a fraction would be rounded; as none, the rule of `n_trades` refuses it.
N_TRADES = "case when not (count >= 0 and count < 1e15 and count = trunc(count)) then -1 else count end"

KLINES = Feed(
    name="binance.klines",
    dataset="candles",
    address=ADDRESS,
    paths=bars_paths(USD_M, "klines"),
    checksum=CHECKSUM,
    reader=BARS,
    select={**BAR, "base_volume": "volume", "quote_volume": "quote_volume", "n_trades": N_TRADES},
    venue="'binance'",
    coverage=Coverage.CADENCE,
    published=BARS_OUT,
)

FUNDING = Feed(
    name="binance.funding_rate",
    dataset="funding",
    address=ADDRESS,
    paths=(month_path(USD_M, "fundingRate"),),
    checksum=CHECKSUM,
    reader=Table({"calc_time": "BIGINT", "funding_interval_hours": "DOUBLE", "last_funding_rate": "DOUBLE"}),
    select={
        "settled_at": instant("calc_time"),
        "symbol": "path.symbol",
        "rate": "last_funding_rate",
        "interval_h": "funding_interval_hours",
    },
    venue="'binance'",
    coverage=Coverage.WHOLE_FILE,
    published=f"the month's file {MONTHLY_OUT}",
)


def metrics_table(amounts: str, ratios: str) -> Table:
    """Columns of `metrics`, the halves typed apart: what is wrong with the one takes no row of the other."""
    return Table(
        {
            "create_time": "VARCHAR",
            "symbol": "VARCHAR",
            "sum_open_interest": amounts,
            "sum_open_interest_value": amounts,
            "count_toptrader_long_short_ratio": ratios,
            "sum_toptrader_long_short_ratio": ratios,
            "count_long_short_ratio": ratios,
            "sum_taker_long_short_vol_ratio": ratios,
        }
    )


# Text without zone in recent files, epoch in some: both are UTC.
AT_TEXT = "coalesce(try_cast({0} as timestamp), " + instant("try_cast({0} as bigint)") + ")"

METRICS = Feed(
    name="binance.metrics",
    dataset="open_interest",
    address=ADDRESS,
    paths=(day_path(USD_M, "metrics"),),
    checksum=CHECKSUM,
    reader=metrics_table("DOUBLE", "VARCHAR"),
    select={
        "observed_at": AT_TEXT.format("create_time"),
        "symbol": "symbol",
        "oi_base": "sum_open_interest",
        "oi_usd": "sum_open_interest_value",
    },
    venue="'binance'",
    coverage=Coverage.CADENCE,
    reads=(-1, 0),
    published=DAILY_OUT,
)

RATIOS = replace(
    METRICS,
    name="binance.ratios",
    dataset="positioning",
    reader=metrics_table("VARCHAR", "DOUBLE"),
    select={
        "observed_at": AT_TEXT.format("create_time"),
        "symbol": "symbol",
        "top_accounts_long_short": "count_toptrader_long_short_ratio",
        "top_positions_long_short": "sum_toptrader_long_short_ratio",
        "accounts_long_short": "count_long_short_ratio",
        "taker_buy_sell": "sum_taker_long_short_vol_ratio",
    },
    coverage=Coverage.WHOLE_FILE,
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
        ragged=True,
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
    published="as the user's logger writes it",
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
    published="as the recorder writes it",
)

FEEDS = (KLINES, FUNDING, METRICS, RATIOS, FORCE_ORDERS, FORCE_ORDER_LOG)
