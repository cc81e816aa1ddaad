"""How venues, datasets, sources and lists are called in text.

A name that is not listed is printed as it came; nothing is guessed.
"""

from collections.abc import Sequence

VENUES = {
    "binance": "Binance",
    "bitget": "Bitget",
    "bitmex": "BitMEX",
    "bybit": "Bybit",
    "coinglass": "CoinGlass",
    "coinmetrics": "Coin Metrics",
    "deribit": "Deribit",
    "dydx": "dYdX",
    "htx": "HTX",
    "hyperliquid": "Hyperliquid",
    "kraken": "Kraken",
    "lighter": "Lighter",
    "okx": "OKX",
    "tardis": "Tardis.dev",
    "own": "own files",
}
DATASETS = {
    "candles": "Prices",
    "funding": "Funding",
    "open_interest": "Open interest",
    "liquidations": "Liquidation orders",
    "liquidation_bars": "Liquidations, aggregated",
    "caps": "Supply and caps",
    "reference_prices": "Reference prices",
    "depth": "Order book depth",
    "positioning": "Positioning",
    "deleveragings": "Deleveragings",
}
UNIVERSES = {"all": "All assets covered", "ex_stables": "Without stablecoins"}


def venue(name: str) -> str:
    """Binance -> Binance."""
    return VENUES.get(name, name)


def dataset(name: str) -> str:
    """open_interest -> Open interest."""
    return DATASETS.get(name, name)


def listing(items: Sequence[str]) -> str:
    """Join with commas and a final `and`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
