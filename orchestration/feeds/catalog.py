"""All feeds, in one list. A new source adds its module here and nowhere else."""

from orchestration.feeds import binance, coinglass, coinmetrics, own, tardis
from orchestration.feeds.contract import Feed

FEEDS: tuple[Feed, ...] = (
    *binance.FEEDS,
    *tardis.FEEDS,
    *coinglass.FEEDS,
    *coinmetrics.FEEDS,
    *own.FEEDS,
)
SOURCES: tuple[str, ...] = tuple(dict.fromkeys(feed.source for feed in FEEDS))


def feeds_of(dataset: str) -> tuple[Feed, ...]:
    """The feeds that fill one dataset."""
    return tuple(feed for feed in FEEDS if feed.dataset == dataset)
