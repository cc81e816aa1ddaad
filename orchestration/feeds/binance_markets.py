"""Binance's archive beyond the USD-M bars: spot and COIN-M, reference prices, and the depth of the book.

Address, delay and checksums as in `binance`: `data/<spot|futures/um|futures/cm>/…`. Spot files have no header; their times are
milliseconds before 2025 and microseconds since. In COIN-M bars `volume` counts contracts and `quote_volume` is the base coin, so
the latter is the base volume here and what was traded in USD is not stated. COIN-M `metrics` count contracts; their value column
is left out (Assumed: it is in the base coin). Mark, index and premium bars have no volume; an index bar's symbol is that of the
pair. `bookDepth` sums the book within a percentage of its middle, about twice a minute: negative percentages are bids, `depth` is
in base units and `notional` in the quote coin. Assumed, as no real file was at hand: COIN-M `metrics` have the columns of USD-M's.
Known gaps: `bookDepth` lacks days and begins in 2023; symbols differ in how many percentages they have.
"""

from dataclasses import replace

from orchestration.feeds.binance import (
    ADDRESS,
    AT_TEXT,
    BAR,
    BARS,
    BARS_OUT,
    CHECKSUM,
    COIN_M,
    DAILY_OUT,
    KLINES,
    METRICS,
    N_TRADES,
    USD_M,
    bars_paths,
    day_path,
)
from orchestration.feeds.contract import Coverage, Feed, Table

COIN_PERPETUAL = {"symbol": "{asset}USD_PERP"}

SPOT_KLINES = replace(
    KLINES,
    name="binance.spot_klines",
    paths=bars_paths("spot", "klines"),
    venue="'binance-spot'",
    on_request=True,
)

COIN_KLINES = replace(
    KLINES,
    name="binance.coin_klines",
    paths=bars_paths(COIN_M, "klines"),
    select={**BAR, "base_volume": "quote_volume", "n_trades": N_TRADES},
    asks_for=COIN_PERPETUAL,
    on_request=True,
)

COIN_METRICS = replace(
    METRICS,
    name="binance.coin_metrics",
    paths=(day_path(COIN_M, "metrics"),),
    select={
        "observed_at": AT_TEXT.format("create_time"),
        "symbol": "symbol",
        "oi_contracts": "sum_open_interest",
    },
    asks_for=COIN_PERPETUAL,
    on_request=True,
)


def _reference_prices(kind: str) -> Feed:
    return Feed(
        name=f"binance.{kind}_klines",
        dataset="reference_prices",
        address=ADDRESS,
        paths=bars_paths(USD_M, {"premium": "premiumIndexKlines"}.get(kind, f"{kind}PriceKlines")),
        checksum=CHECKSUM,
        reader=BARS,
        select={**BAR, "kind": f"'{kind}'"},
        venue="'binance'",
        coverage=Coverage.WHOLE_FILE,
        on_request=True,
        published=BARS_OUT,
    )


MARK_KLINES = _reference_prices("mark")
INDEX_KLINES = _reference_prices("index")
PREMIUM_KLINES = _reference_prices("premium")

BOOK_DEPTH = Feed(
    name="binance.book_depth",
    dataset="depth",
    address=ADDRESS,
    paths=(day_path(USD_M, "bookDepth"),),
    checksum=CHECKSUM,
    reader=Table({"timestamp": "VARCHAR", "percentage": "DOUBLE", "depth": "DOUBLE", "notional": "DOUBLE"}),
    select={
        "observed_at": AT_TEXT.format("timestamp"),
        "symbol": "path.symbol",
        "side": "case when percentage < 0 then 'bid' when percentage > 0 then 'ask' end",
        "within_pct": "abs(percentage)",
        "depth_base": "depth",
        "depth_quote": "notional",
    },
    venue="'binance'",
    coverage=Coverage.WHOLE_FILE,
    on_request=True,
    published=DAILY_OUT,
)

FEEDS = (SPOT_KLINES, COIN_KLINES, COIN_METRICS, MARK_KLINES, INDEX_KLINES, PREMIUM_KLINES, BOOK_DEPTH)
