"""Binance's archive of trades, folded to minute bars where the archive has no bars of the market and symbol.

Address, delay and checksums as in `binance`: `data/<spot|futures/um>/<daily|monthly>/<aggTrades|trades>/<symbol>/…`. An `aggTrades`
row sums fills of one order at one price, so the bars' number of trades is that of such rows and falls short of the exchange's.
Quantities are base units, times milliseconds (spot: microseconds since 2025). Spot files have no header and end with whether the
price was the best. Known gaps: files were replaced (lists of 2022); a minute without a trade has no bar.
"""

from orchestration.feeds.binance import ADDRESS, CHECKSUM, DAILY_OUT, KLINES, MONTHLY_OUT, USD_M, day_path, month_path
from orchestration.feeds.binance_markets import SPOT_KLINES
from orchestration.feeds.contract import Coverage, Feed, Table, instant

_TRADES_OUT = f"the day's file {DAILY_OUT}, the month's {MONTHLY_OUT}"

_AGGREGATED = Table(
    {
        "agg_trade_id": "BIGINT",
        "price": "DOUBLE",
        "quantity": "DOUBLE",
        "first_trade_id": "BIGINT",
        "last_trade_id": "BIGINT",
        "transact_time": "BIGINT",
        "is_buyer_maker": "VARCHAR",
        "is_best_match": "VARCHAR",
    },
    optional=frozenset({"is_best_match"}),
)


def _trades(
    name: str, market: str, dataset: str, reader: Table, select: dict[str, str], yields_to: tuple[Feed, ...]
) -> Feed:
    return Feed(
        name=name,
        dataset="candles",
        address=ADDRESS,
        paths=(day_path(market, dataset), month_path(market, dataset)),
        checksum=CHECKSUM,
        reader=reader,
        select={"symbol": "path.symbol", "price": "price", **select},
        venue=yields_to[0].venue,
        coverage=Coverage.WHOLE_FILE,
        on_request=True,
        yields_to=tuple(feed.name for feed in yields_to),
        of_trades=True,
        published=_TRADES_OUT,
    )


_OF_AGGREGATED = {"traded_at": instant("transact_time"), "base": "quantity", "quote": "price * quantity"}

AGG_TRADES = _trades("binance.agg_trades", USD_M, "aggTrades", _AGGREGATED, _OF_AGGREGATED, (KLINES,))
SPOT_AGG_TRADES = _trades("binance.spot_agg_trades", "spot", "aggTrades", _AGGREGATED, _OF_AGGREGATED, (SPOT_KLINES,))
_SINGLE = {
    "id": "BIGINT",
    "price": "DOUBLE",
    "qty": "DOUBLE",
    "quote_qty": "DOUBLE",
    "time": "BIGINT",
    "is_buyer_maker": "VARCHAR",
}
_OF_SINGLE = {"traded_at": instant("time"), "base": "qty", "quote": "quote_qty"}

TRADES = _trades("binance.trades", USD_M, "trades", Table(_SINGLE), _OF_SINGLE, (KLINES, AGG_TRADES))
SPOT_TRADES = _trades(
    "binance.spot_trades",
    "spot",
    "trades",
    Table({**_SINGLE, "is_best_match": "VARCHAR"}, headless=True),
    _OF_SINGLE,
    (SPOT_KLINES, SPOT_AGG_TRADES),
)

FEEDS = (AGG_TRADES, SPOT_AGG_TRADES, TRADES, SPOT_TRADES)
