"""CoinMarketCap: exported list of the largest coins with price and market capitalisation.

No public address: the user saves exports in `listings/`, plain CSV with the day in the name (`coinmarketcap_2026-01-31.csv`). The file
does not say when its values hold; they are taken to hold at the END of the day in its name, so an export is to be named after the day
whose end it is nearest to (one that was seen held prices from hours before the day it was named after). Values are in USD, numbers
have up to 40 digits; supply is not stated. Several coins may share a symbol: the list is ordered by rank, and all but the first are
quarantined as repeats. Assumed: nothing but what that export shows.
"""

from orchestration.feeds.contract import Coverage, Feed, Table

LISTINGS = Feed(
    name="coinmarketcap.listings",
    dataset="caps",
    kind="export",
    paths=("listings/*{day}*.csv",),
    reader=Table(
        {
            "rank": "INTEGER",
            "name": "VARCHAR",
            "symbol": "VARCHAR",
            "price_usd": "DOUBLE",
            "market_cap_usd": "DOUBLE",
            "volume24h_usd": "DOUBLE",
        },
        optional=frozenset({"rank", "name", "volume24h_usd"}),
    ),
    select={
        "observed_at": "path.day",
        "asset": "upper(symbol)",
        "cap_usd": "nullif(market_cap_usd, 0)",
        "price_usd": "price_usd",
    },
    venue="'coinmarketcap'",
    coverage=Coverage.WHOLE_FILE,
    published="as the user exports it",
)

FEEDS = (LISTINGS,)
