"""Coinalyze: liquidated longs and shorts in USD, of one market by the hour, and of many by the day in a user's export.

Endpoint: https://api.coinalyze.net, `v1/liquidation-history`, with the key `COINALYZE_API_KEY`; answers are kept as
`rest/liquidation-history/<symbol>/<day>.json`. Times are seconds of the bar's OPEN, `l` and `s` are liquidated longs and shorts.
Symbols are `<ASSET>USDT_PERP.<exchange>`; `A` is Binance, so a bar is that of one venue's USDT perpetual and no market's total.
Known gaps: hourly bars are kept for some weeks only; an hour without liquidations may be absent, which looks like a gap. Assumed, as
no real answer was at hand: the fields, as the publisher's page names them, and that `convert_to_usd` converts both sides alike.

Export: `liquidation_history*.csv`, a row a day in no order, its date in `t`, and two columns per market, `BTC/USDT - Binance_long` and
`…_short`. An empty field is a market that has no figure for the day. An asset's day is the sum over its markets, so its level is
that of the markets in the file. Assumed: the day is that of UTC; the figures of USDT markets are in USD, as those of USD markets are.
"""

import re

from orchestration.feeds.contract import Coverage, Feed, JsonDocument, Key, Request, Table, Variables, instant

ADDRESS = "https://api.coinalyze.net"


def _asset(subject: Variables) -> Variables:
    return {"asset": re.sub(r"USDT_PERP\.\w+$", "", subject["symbol"])}


LIQUIDATION_HISTORY = Feed(
    name="coinalyze.liquidation_history",
    dataset="liquidation_bars",
    address=ADDRESS,
    key=Key("COINALYZE_API_KEY", "api_key", is_needed=True),
    paths=("rest/liquidation-history/{symbol}/{day}.json",),
    asks_for={"symbol": "{asset}USDT_PERP.A"},
    request=Request(
        "v1/liquidation-history?symbols={symbol}&interval=1hour&from={start_s}&to={end_s}&convert_to_usd=true"
    ),
    reader=JsonDocument(
        {"t": ("$.t", "BIGINT"), "l": ("$.l", "DOUBLE"), "s": ("$.s", "DOUBLE")}, records="$[*].history[*]"
    ),
    select={
        "open_at": instant("(case when t between 0 and 99999999999 then t * 1000 end)"),
        "interval_s": "3600",
        "asset": "path.asset",
        "long_usd": "l",
        "short_usd": "s",
    },
    venue="'coinalyze'",
    derive=_asset,
    coverage=Coverage.NON_ZERO,
    published="at once",
)

_ASSETS = "list_sort(list_distinct([split_part(market, '/', 1) for market in map_keys(markets)]))"


def _total(side: str) -> str:
    """SQL for the sum over an asset's markets, one an asset; NULL where a figure is none."""
    figures = f"[try_cast(markets[market] as double) for market in map_keys(markets) if {_is_of(side)}]"
    return f"unnest([case when list_min([coalesce(n, -1) for n in {figures}]) >= 0 then list_sum({figures}) end for asset in {_ASSETS}])"


def _is_of(side: str) -> str:
    return f"split_part(market, '/', 1) = asset and ends_with(market, '_{side}')"


EXPORT = Feed(
    name="coinalyze.liquidation_1d",
    dataset="liquidation_bars",
    kind="export",
    paths=("liquidation_history*.csv",),
    reader=Table({"t": "TIMESTAMPTZ"}, others="markets"),
    select={
        "open_at": "t at time zone 'UTC'",
        "interval_s": "86400",
        # One row an element, of each list alike.
        "asset": f"unnest({_ASSETS})",
        "long_usd": _total("long"),
        "short_usd": _total("short"),
    },
    venue="'coinalyze'",
    coverage=Coverage.NON_ZERO,
    published="as the user exports it",
)

FEEDS = (LIQUIDATION_HISTORY, EXPORT)
