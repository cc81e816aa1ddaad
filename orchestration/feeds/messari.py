"""Messari: market capitalisation of one asset a day since its first, as the time series endpoint answers.

No public address without a paid key: the user saves answers as `messari_<slug>_marketcap.json`, `{"data": {"points": [[seconds,
capitalisation, dominance, fully diluted]]}}`, in USD. A point stamped d 00:00 holds at the END of d: divided by the next midnight's
price it gives a supply that moves by less than 0.1 % over 78 days of 2025 (BTC, ETH), by its own midnight's one that moves by 2 to
5 %; this is also the meaning of Coin Metrics' daily values. Price and supply are not stated. A slug of a coin that is not listed
below is quarantined, unless it is a ticker in capitals.
"""

from orchestration.feeds.contract import Coverage, Feed, JsonDocument, Variables, instant

TICKERS = {
    "bitcoin": "BTC",
    "ethereum": "ETH",
    "xrp": "XRP",
    "ripple": "XRP",
    "bnb": "BNB",
    "binance-coin": "BNB",
    "solana": "SOL",
    "dogecoin": "DOGE",
    "cardano": "ADA",
    "chainlink": "LINK",
    "avalanche": "AVAX",
    "litecoin": "LTC",
    "polkadot": "DOT",
    "sui": "SUI",
    "tron": "TRX",
    "hyperliquid": "HYPE",
    "tether": "USDT",
    "usd-coin": "USDC",
}


def _ticker(subject: Variables) -> Variables:
    slug = subject["slug"]
    return {"ticker": TICKERS.get(slug, slug if slug.isupper() else "")}


MARKET_CAP = Feed(
    name="messari.marketcap",
    dataset="caps",
    kind="export",
    paths=("messari_{slug}_marketcap.json",),
    reader=JsonDocument({"seconds": ("$[0]", "BIGINT"), "cap": ("$[1]", "DOUBLE")}, records="$.data.points[*]"),
    select={
        "observed_at": instant("(case when seconds between 0 and 99999999999 then seconds * 1000 end)"),
        "asset": "nullif(path.ticker, '')",
        "cap_usd": "nullif(cap, 0)",
    },
    venue="'messari'",
    derive=_ticker,
    coverage=Coverage.WHOLE_FILE,
    published="as the user saves it",
)

FEEDS = (MARKET_CAP,)
