"""CoinGecko: price, market capitalisation and circulating supply of the 250 largest coins, as they stand when asked.

Address: https://api.coingecko.com, `api/v3/coins/markets`, without a key, or with a free one in `COINGECKO_API_KEY`; the answer is
kept as `coins_markets/<day>.json`. It tells of now alone, so it is asked for the newest complete day, at whose end its values are
taken to hold: the nightly run is some hours late by that. A coin whose `last_updated` is neither of the day nor of the next is
quarantined. Values are in USD and coins. Several coins may share a symbol: the list is ordered by capitalisation, and all but the
first are quarantined as repeats. Known gaps: days on which nobody asked; coins beyond the first 250.
"""

from orchestration.feeds.contract import Coverage, Feed, JsonDocument, Key, Request

ADDRESS = "https://api.coingecko.com"

MARKETS = Feed(
    name="coingecko.coins_markets",
    dataset="caps",
    address=ADDRESS,
    key=Key("COINGECKO_API_KEY", "x-cg-demo-api-key"),
    paths=("coins_markets/{day}.json",),
    request=Request(
        "api/v3/coins/markets?vs_currency=usd&order=market_cap_desc&per_page=250&page=1",
        snapshot=True,
    ),
    reader=JsonDocument(
        {
            "symbol": ("$.symbol", "VARCHAR"),
            "current_price": ("$.current_price", "DOUBLE"),
            "market_cap": ("$.market_cap", "DOUBLE"),
            "circulating_supply": ("$.circulating_supply", "DOUBLE"),
            "last_updated": ("$.last_updated", "TIMESTAMPTZ"),
        }
    ),
    select={
        # Its own day where that is another: then it is not of the file's.
        "observed_at": (
            "case when (last_updated at time zone 'UTC')::date - path.day in (0, 1) then path.day"
            " else (last_updated at time zone 'UTC')::date end"
        ),
        "asset": "upper(symbol)",
        "cap_usd": "nullif(market_cap, 0)",
        "price_usd": "current_price",
        "supply": "nullif(circulating_supply, 0)",
    },
    venue="'coingecko'",
    coverage=Coverage.WHOLE_FILE,
    published="at any time, of now",
)

FEEDS = (MARKETS,)
