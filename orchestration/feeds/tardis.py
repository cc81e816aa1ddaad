"""Tardis.dev: normalised CSV of many venues, one gzip file a day for all perpetuals of an exchange.

Address https://datasets.tardis.dev/v1, out about 06:00 UTC the next day; the first day of a month needs no key. Files are
cut by the local time of receipt, so the first rows of the next day's file may belong to this day. Times are microseconds.
`side` is that of the order in the market: sell means that a long was liquidated (tardis-node, NORMALIZED_MAPPING_GUIDELINES).
`amount` and `open_interest` keep the venue's unit. Assumed, as no real file was at hand: `liquidations` has the columns of
`trades`, as the publisher's page says.
"""

from dataclasses import dataclass

from orchestration.feeds.contract import Coverage, Feed, Table, Variables, instant

ADDRESS = "https://datasets.tardis.dev"


@dataclass(frozen=True)
class _Exchange:
    venue: str
    unit: str


EXCHANGES = {
    "binance-futures": _Exchange("binance", "base"),
    "bybit": _Exchange("bybit", "base"),
    "bitmex": _Exchange("bitmex", "contracts"),
    "okex-swap": _Exchange("okx", "contracts"),
    "deribit": _Exchange("deribit", "usd"),
}


def _facts(subject: Variables) -> Variables:
    exchange = EXCHANGES.get(subject["exchange"])
    return {
        "venue": exchange.venue if exchange else subject["exchange"],
        "unit": exchange.unit if exchange else "unknown",
    }


LIQUIDATIONS = Feed(
    name="tardis.liquidations",
    dataset="liquidations",
    address=ADDRESS,
    paths=("v1/{exchange}/liquidations/{yyyy}/{mm}/{dd}/PERPETUALS.csv.gz",),
    reader=Table(
        {
            "exchange": "VARCHAR",
            "symbol": "VARCHAR",
            "timestamp": "BIGINT",
            "local_timestamp": "BIGINT",
            "id": "VARCHAR",
            "side": "VARCHAR",
            "price": "DOUBLE",
            "amount": "DOUBLE",
        }
    ),
    select={
        "occurred_at": instant("timestamp"),
        "symbol": "symbol",
        "order_side": "lower(side)",
        "quantity": "amount",
        "quantity_unit": "path.unit",
        "price": "price",
        "price_basis": "'bankruptcy'",
        "order_id": "nullif(id, '')",
    },
    venue="path.venue",
    derive=_facts,
    coverage=Coverage.WHOLE_FILE,
    reads=(0, 1),
)

OPEN_INTEREST = Feed(
    name="tardis.derivative_ticker",
    dataset="open_interest",
    address=ADDRESS,
    paths=("v1/{exchange}/derivative_ticker/{yyyy}/{mm}/{dd}/PERPETUALS.csv.gz",),
    reader=Table(
        {
            "exchange": "VARCHAR",
            "symbol": "VARCHAR",
            "timestamp": "BIGINT",
            "local_timestamp": "BIGINT",
            "funding_timestamp": "VARCHAR",
            "funding_rate": "VARCHAR",
            "predicted_funding_rate": "VARCHAR",
            "open_interest": "DOUBLE",
            "last_price": "DOUBLE",
            "index_price": "VARCHAR",
            "mark_price": "VARCHAR",
        }
    ),
    where="open_interest is not null",
    select={
        "observed_at": instant("timestamp"),
        "symbol": "symbol",
        "oi_base": "case when path.unit = 'base' then open_interest end",
        "oi_contracts": "case when path.unit = 'contracts' then open_interest end",
        "oi_usd": "case path.unit when 'usd' then open_interest when 'base' then open_interest * last_price end",
    },
    venue="path.venue",
    derive=_facts,
    coverage=Coverage.WHOLE_FILE,
    reads=(0, 1),
)

FEEDS = (LIQUIDATIONS, OPEN_INTEREST)
