"""Hyperliquid: the node's fills, hourly LZ4 JSON lines; states of all perpetuals by the minute; settled funding.

Fills: bucket hl-mainnet-node-data, requester pays, so users mirror it as `node_fills_by_block/hourly/<yyyymmdd>/<hour>.lz4`, from
2025-07-27 on; one line is a block, `events` its fills as [address, fill]. Before, from 2025-05-25 on, the folder was `node_fills`,
one line a fill. Every liquidation is there. A fill that speaks of a
liquidation may be the counterparty's or an auto-deleveraging one: a liquidation is the fill of the liquidated user himself, and
auto-deleveraging fills of the others are a dataset of their own, in no total. `dir` says which position was closed; where it does
not, `A` (sold) closed a long and `B` (bought) a short. Sizes are in base units, prices are executions, in USDC. A file holds one
clock hour. Assumed: the folder `hourly` and the ending; that files are cut by the time of the block; that the older lines are the
same [address, fill].

States: bucket hyperliquid-archive, requester pays, `asset_ctxs/<yyyymmdd>.csv.lz4`, a row per coin and minute, out about once a
month. Open interest is in base units, one side; `premium` is a fraction of the oracle's price, a sample a minute, so the four values
of its bar are that one. Assumed, as no real file was at hand: columns and text times as third parties describe them.

Funding: POST https://api.hyperliquid.xyz/info, without a key, kept as `rest/fundingHistory/<coin>/<day>.json`; settled every hour,
some milliseconds late. Coins worth little are named in thousands (kPEPE).
"""

from dataclasses import replace

from orchestration.feeds.contract import Coverage, Feed, JsonDocument, JsonLines, Request, Table, Variables, instant

API = "https://api.hyperliquid.xyz"
_VENUE = "'hyperliquid'"


def _clock_hour(subject: Variables) -> tuple[int, int]:
    """The one hour that a file holds."""
    hour = int(subject["hour"]) if subject["hour"].isdecimal() else 24
    return hour, hour + 1


_FILL = {
    "user": ("$[0]", "VARCHAR"),
    "coin": ("$[1].coin", "VARCHAR"),
    "px": ("$[1].px", "DOUBLE"),
    "sz": ("$[1].sz", "DOUBLE"),
    "side": ("$[1].side", "VARCHAR"),
    "time": ("$[1].time", "BIGINT"),
    "dir": ("$[1].dir", "VARCHAR"),
    "tid": ("$[1].tid", "VARCHAR"),
    "liquidated_user": ("$[1].liquidation.liquidatedUser", "VARCHAR"),
}

FILLS = Feed(
    name="hyperliquid.node_fills",
    dataset="liquidations",
    kind="mirror",
    paths=("node_fills_by_block/hourly/{yyyymmdd}/{hour}.lz4",),
    hours_of=_clock_hour,
    reader=JsonLines(_FILL, records="$.events[*]"),
    where="lower(liquidated_user) = lower(\"user\") and coalesce(dir, '') <> 'Auto-Deleveraging'",
    select={
        "occurred_at": instant('"time"'),
        "symbol": "coin",
        "order_side": "case side when 'A' then 'sell' when 'B' then 'buy' end",
        "liquidated_side": (
            "case when regexp_matches(dir, '(Liquidated|Close).*Long$') then 'long'"
            " when regexp_matches(dir, '(Liquidated|Close).*Short$') then 'short'"
            " when side = 'A' then 'long' when side = 'B' then 'short' end"
        ),
        "quantity": "sz",
        "quantity_unit": "'base'",
        "price": "px",
        "price_basis": "'execution'",
        "order_id": "tid",
    },
    venue=_VENUE,
    coverage=Coverage.WHOLE_FILE,
    published="within the hour",
)

# Whose position was reduced is the user of the fill: who buys was short.
DELEVERAGINGS = replace(
    FILLS,
    name="hyperliquid.deleveragings",
    dataset="deleveragings",
    where="dir = 'Auto-Deleveraging' and lower(liquidated_user) is distinct from lower(\"user\")",
    select={
        **FILLS.select,
        "liquidated_side": "case side when 'A' then 'long' when 'B' then 'short' end",
    },
)


def _older(feed: Feed) -> Feed:
    """The same from the files of before, which hold a fill a line and give way where there are both."""
    return replace(
        feed,
        name=f"{feed.name}_older",
        paths=("node_fills/hourly/{yyyymmdd}/{hour}.lz4",),
        reader=JsonLines(_FILL),
        yields_to=(feed.name,),
        published="no more: from 2025-05-25 to 2025-07-27",
    )


OLDER_FILLS = _older(FILLS)
OLDER_DELEVERAGINGS = _older(DELEVERAGINGS)

OPEN_INTEREST = Feed(
    name="hyperliquid.asset_ctxs",
    dataset="open_interest",
    kind="mirror",
    paths=("asset_ctxs/{yyyymmdd}.csv.lz4",),
    reader=Table(
        {
            "time": "TIMESTAMPTZ",
            "coin": "VARCHAR",
            "funding": "DOUBLE",
            "open_interest": "DOUBLE",
            "prev_day_px": "DOUBLE",
            "day_ntl_vlm": "DOUBLE",
            "premium": "DOUBLE",
            "oracle_px": "DOUBLE",
            "mark_px": "DOUBLE",
            "mid_px": "DOUBLE",
            "impact_bid_px": "DOUBLE",
            "impact_ask_px": "DOUBLE",
        },
        optional=frozenset({"prev_day_px", "day_ntl_vlm", "mid_px", "impact_bid_px", "impact_ask_px"}),
    ),
    select={
        "observed_at": "\"time\" at time zone 'UTC'",
        "symbol": "coin",
        "oi_base": "open_interest",
        "oi_usd": "open_interest * mark_px",
    },
    venue=_VENUE,
    coverage=Coverage.CADENCE,
    published="about once a month",
)

PREMIUM = replace(
    OPEN_INTEREST,
    name="hyperliquid.premium",
    dataset="reference_prices",
    where="premium is not null",
    select={
        "open_at": "date_trunc('minute', \"time\" at time zone 'UTC')",
        "interval_s": "60",
        "symbol": "coin",
        "kind": "'premium'",
        **dict.fromkeys(("open", "high", "low", "close"), "premium"),
    },
    coverage=Coverage.WHOLE_FILE,
)

FUNDING = Feed(
    name="hyperliquid.funding",
    dataset="funding",
    address=API,
    paths=("rest/fundingHistory/{symbol}/{day}.json",),
    asks_for={"symbol": "{asset}"},
    request=Request(
        "info", body='{"type":"fundingHistory","coin":"{symbol}","startTime":{start_ms},"endTime":{end_ms}}'
    ),
    reader=JsonDocument({"time": ("$.time", "BIGINT"), "funding_rate": ("$.fundingRate", "DOUBLE")}),
    select={
        "settled_at": instant('"time"'),
        "symbol": "path.symbol",
        "rate": "funding_rate",
        "interval_h": "1",
    },
    venue=_VENUE,
    coverage=Coverage.WHOLE_FILE,
    published="at once",
)

FEEDS = (FILLS, DELEVERAGINGS, OLDER_FILLS, OLDER_DELEVERAGINGS, OPEN_INTEREST, PREMIUM, FUNDING)
