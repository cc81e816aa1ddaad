"""Coin Metrics community data: one CSV per asset with a row a day since its first, replaced every day.

Address: the public repository coinmetrics/data, `csv/<asset>.csv`. `PriceUSD`, `CapMrktCurUSD` and `SplyCur` of day d hold at
the END of d. Columns differ by asset and over time, so they are read by name; the last row is always incomplete.
"""

from orchestration.feeds.contract import Coverage, Feed, Table, Variables

ADDRESS = "https://raw.githubusercontent.com/coinmetrics/data/master"


def _upper(subject: Variables) -> Variables:
    return {"ticker": subject["asset_lower"].upper()}


CAPS = Feed(
    name="coinmetrics.daily",
    dataset="caps",
    address=ADDRESS,
    paths=("csv/{asset_lower}.csv",),
    reader=Table(
        {"time": "TIMESTAMPTZ", "CapMrktCurUSD": "DOUBLE", "PriceUSD": "DOUBLE", "SplyCur": "DOUBLE"},
        optional=frozenset({"CapMrktCurUSD", "PriceUSD", "SplyCur"}),
    ),
    select={
        "observed_at": "time at time zone 'UTC'",
        "asset": "path.ticker",
        "cap_usd": "CapMrktCurUSD",
        "price_usd": "PriceUSD",
        "supply": "SplyCur",
    },
    venue="'coinmetrics'",
    derive=_upper,
    coverage=Coverage.WHOLE_FILE,
    published="about 02:00 UTC the next day",
)

FEEDS = (CAPS,)
