"""All feeds, in one list. A new source adds its module here and nowhere else."""

from orchestration.feeds import (
    binance,
    binance_liquidations,
    binance_markets,
    binance_rest,
    binance_trades,
    bitfinex,
    bitget,
    bitmex,
    bybit,
    coinalyze,
    coingecko,
    coinglass,
    coinmarketcap,
    coinmetrics,
    deribit,
    gate,
    htx,
    hyperliquid,
    messari,
    okx,
    own,
    recorded,
    tardis,
)
from orchestration.feeds.contract import Feed

FEEDS: tuple[Feed, ...] = (
    *binance.FEEDS,
    *binance_markets.FEEDS,
    *binance_trades.FEEDS,
    *binance_liquidations.FEEDS,
    *binance_rest.FEEDS,
    *tardis.FEEDS,
    *hyperliquid.FEEDS,
    *coinglass.FEEDS,
    *coinalyze.FEEDS,
    *coinmetrics.FEEDS,
    *coingecko.FEEDS,
    *coinmarketcap.FEEDS,
    *messari.FEEDS,
    *recorded.FEEDS,
    *bybit.FEEDS,
    *okx.FEEDS,
    *bitmex.FEEDS,
    *deribit.FEEDS,
    *bitget.FEEDS,
    *htx.FEEDS,
    *gate.FEEDS,
    *bitfinex.FEEDS,
    *own.FEEDS,
)
SOURCES: tuple[str, ...] = tuple(dict.fromkeys(feed.source for feed in FEEDS))


def feeds_of(dataset: str) -> tuple[Feed, ...]:
    """The feeds that fill one dataset."""
    return tuple(feed for feed in FEEDS if feed.dataset == dataset)
