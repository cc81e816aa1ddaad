"""Coinalyze: hourly long and short liquidations of one market, in USD.

Address: https://api.coinalyze.net, `v1/liquidation-history`, with the key `COINALYZE_API_KEY`; answers are kept as
`rest/liquidation-history/<symbol>/<day>.json`. Times are seconds of the bar's OPEN, `l` and `s` are liquidated longs and shorts.
Symbols are `<ASSET>USDT_PERP.<exchange>`; `A` is Binance, so a bar is that of one venue's USDT perpetual and no market's total.
Known gaps: hourly bars are kept for some weeks only; an hour without liquidations may be absent, which looks like a gap. Assumed, as
no real answer was at hand: the fields, as the publisher's page names them, and that `convert_to_usd` converts both sides alike.
"""

import re

from orchestration.feeds.contract import Coverage, Feed, JsonDocument, Key, Request, Variables, instant

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

FEEDS = (LIQUIDATION_HISTORY,)
