"""Binance's public USD-M endpoints, for what the archive has not published yet; it takes precedence once it has.

Address: https://fapi.binance.com, without a key; answers are kept as `rest/<endpoint>/<symbol>/<day>.json`. `fundingRate` reaches
back to the listing, and does not state how long an interval is. `openInterestHist` keeps about 30 days, a sample every 5 minutes on
the minute, in base units and in USD. Times are milliseconds. Known gaps: some countries get HTTP 451. Assumed: a sample's
`timestamp` is the moment that it stands for, as in the archive's `metrics`.
"""

from orchestration.feeds.binance import FUNDING, METRICS
from orchestration.feeds.contract import Coverage, Feed, JsonDocument, Request, instant

ADDRESS = "https://fapi.binance.com"
_OF_THE_DAY = "startTime={start_ms}&endTime={end_ms}"

FUNDING_REST = Feed(
    name="binance.funding_rest",
    dataset="funding",
    address=ADDRESS,
    paths=("rest/fundingRate/{symbol}/{day}.json",),
    request=Request(f"fapi/v1/fundingRate?symbol={{symbol}}&{_OF_THE_DAY}&limit=1000"),
    reader=JsonDocument({"funding_time": ("$.fundingTime", "BIGINT"), "funding_rate": ("$.fundingRate", "DOUBLE")}),
    select={"settled_at": instant("funding_time"), "symbol": "path.symbol", "rate": "funding_rate"},
    venue="'binance'",
    coverage=Coverage.WHOLE_FILE,
    yields_to=(FUNDING.name,),
    published="at once",
)

OPEN_INTEREST_REST = Feed(
    name="binance.open_interest_rest",
    dataset="open_interest",
    address=ADDRESS,
    paths=("rest/openInterestHist/{symbol}/{day}.json",),
    request=Request(f"futures/data/openInterestHist?symbol={{symbol}}&period=5m&{_OF_THE_DAY}&limit=500"),
    reader=JsonDocument(
        {
            "timestamp": ("$.timestamp", "BIGINT"),
            "sum_open_interest": ("$.sumOpenInterest", "DOUBLE"),
            "sum_open_interest_value": ("$.sumOpenInterestValue", "DOUBLE"),
        }
    ),
    select={
        "observed_at": instant("timestamp"),
        "symbol": "path.symbol",
        "oi_base": "sum_open_interest",
        "oi_usd": "sum_open_interest_value",
    },
    venue="'binance'",
    coverage=Coverage.CADENCE,
    yields_to=(METRICS.name,),
    published="at once, for about 30 days",
)

FEEDS = (FUNDING_REST, OPEN_INTEREST_REST)
