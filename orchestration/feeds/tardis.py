"""Tardis.dev: normalised CSV of many venues, one gzip file a day for all perpetuals, or all dated futures, of an exchange.

Address https://datasets.tardis.dev, `v1/<exchange>/<kind>/<yyyy>/<mm>/<dd>/<PERPETUALS|FUTURES>.csv.gz`, out about 06:00 UTC the next
day; the first day of a month needs no key, other days take `TARDIS_API_KEY`. Files are cut by the local time of receipt, so the
first rows of the next day's file may belong to this day. Times are microseconds.

`side` is that of the order in the market: sell means that a long was liquidated (tardis-node, NORMALIZED_MAPPING_GUIDELINES).
`amount` and `open_interest` keep the venue's unit, which on some venues depends on the symbol (`EXCHANGES`); of an exchange that is
not listed there nothing is counted. Prices of liquidations are those that each venue tells: of the order, of bankruptcy, or of the
trade; empty where that is not known. `funding_rate` is a prediction while it runs, so it never becomes settled funding.

Known gaps: BitMEX states no time of an event, so it is that of receipt; Hyperliquid has no liquidations here. FUTURES files never
stand for a venue whose perpetuals are missing. Trades of venues that count in contracts give no bars, since a bar's volume would need
the contract's size. A trade received after midnight is quarantined: its minute already has a bar from the file before. Assumed, as no
real file was at hand: `liquidations` has the columns of `trades`, as the publisher's page says; amounts of Huobi, Gate and Bitfinex
are in the units of their public streams; open interest is in the unit of `amount`.
"""

from dataclasses import dataclass, replace

from orchestration.feeds.contract import Coverage, Feed, Key, Table, Variables, instant

ADDRESS = "https://datasets.tardis.dev"
KEY = Key("TARDIS_API_KEY", "Authorization", "Bearer {}")
_OUT = "about 06:00 UTC the next day"


@dataclass(frozen=True)
class _Exchange:
    """`unit` of amounts, but `other_unit` where the symbol matches `other`; `basis` of a liquidation's price."""

    venue: str
    unit: str
    basis: str = ""
    other: str = ""
    other_unit: str = ""


EXCHANGES = {
    "binance-futures": _Exchange("binance", "base", "order"),
    "binance-delivery": _Exchange("binance", "contracts", "order"),
    # Inverse contracts: BTCUSD, BTCUSDH26.
    "bybit": _Exchange("bybit", "base", "bankruptcy", "USD([FGHJKMNQUVXZ][0-9]{2})?$", "usd"),
    "bitmex": _Exchange("bitmex", "contracts", "order"),
    "okex-swap": _Exchange("okx", "contracts", "bankruptcy"),
    "okex-futures": _Exchange("okx", "contracts", "bankruptcy"),
    # Linear contracts: ETH_USDC-PERPETUAL.
    "deribit": _Exchange("deribit", "usd", "execution", "_USD[CT]-", "base"),
    # Inverse contracts of 1 USD: PI_XBTUSD, FI_XBTUSD_260327.
    "cryptofacilities": _Exchange("kraken", "base", "execution", "(?i)^[pf]i_", "usd"),
    "huobi-dm-swap": _Exchange("htx", "contracts"),
    "gate-io-futures": _Exchange("gate", "contracts"),
    "bitfinex-derivatives": _Exchange("bitfinex", "base"),
    "dydx-v4": _Exchange("dydx", "base", "execution"),
    "hyperliquid": _Exchange("hyperliquid", "base"),
}
_UNKNOWN = "unknown"


def _facts(subject: Variables) -> Variables:
    exchange = EXCHANGES.get(subject["exchange"], _Exchange(subject["exchange"], _UNKNOWN))
    return {"venue": exchange.venue, "unit": exchange.unit, "basis": exchange.basis}


_EXCEPTIONS = " ".join(
    f"when '{name}' then case when regexp_matches(symbol, '{exchange.other}') then '{exchange.other_unit}' else path.unit end"
    for name, exchange in EXCHANGES.items()
    if exchange.other
)
# One case in the other: an expression matches no symbol of an exchange that it is not of.
_UNIT = f"(case path.exchange {_EXCEPTIONS} else path.unit end)"


LIQUIDATIONS = Feed(
    name="tardis.liquidations",
    dataset="liquidations",
    address=ADDRESS,
    key=KEY,
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
        "quantity_unit": _UNIT,
        "price": "price",
        "price_basis": "nullif(path.basis, '')",
        "order_id": "nullif(id, '')",
    },
    venue="path.venue",
    derive=_facts,
    coverage=Coverage.WHOLE_FILE,
    reads=(0, 1),
    published=_OUT,
)

OPEN_INTEREST = Feed(
    name="tardis.derivative_ticker",
    dataset="open_interest",
    address=ADDRESS,
    key=KEY,
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
        "oi_base": f"case when {_UNIT} = 'base' then open_interest end",
        "oi_contracts": f"case when {_UNIT} = 'contracts' then open_interest end",
        "oi_usd": f"case {_UNIT} when 'usd' then open_interest when 'base' then open_interest * last_price end",
    },
    venue="path.venue",
    derive=_facts,
    coverage=Coverage.WHOLE_FILE,
    reads=(0, 1),
    published=_OUT,
)

FUTURES_LIQUIDATIONS = replace(
    LIQUIDATIONS,
    name="tardis.futures_liquidations",
    paths=("v1/{exchange}/liquidations/{yyyy}/{mm}/{dd}/FUTURES.csv.gz",),
    coverage=Coverage.ROWS_SEEN,
    on_request=True,
)

FUTURES_OPEN_INTEREST = replace(
    OPEN_INTEREST,
    name="tardis.futures_derivative_ticker",
    paths=("v1/{exchange}/derivative_ticker/{yyyy}/{mm}/{dd}/FUTURES.csv.gz",),
    coverage=Coverage.ROWS_SEEN,
    on_request=True,
)

TRADES = Feed(
    name="tardis.trades",
    dataset="candles",
    address=ADDRESS,
    key=KEY,
    paths=("v1/{exchange}/trades/{yyyy}/{mm}/{dd}/PERPETUALS.csv.gz",),
    reader=LIQUIDATIONS.reader,
    where=f"{_UNIT} <> 'contracts'",
    select={
        "traded_at": instant("timestamp"),
        "symbol": "symbol",
        "price": "price",
        "base": f"case {_UNIT} when 'base' then amount when 'usd' then amount / price end",
        "quote": f"case {_UNIT} when 'base' then amount * price when 'usd' then amount end",
    },
    venue="path.venue",
    derive=_facts,
    coverage=Coverage.CADENCE,
    on_request=True,
    of_trades=True,
    published=_OUT,
)

FEEDS = (LIQUIDATIONS, OPEN_INTEREST, FUTURES_LIQUIDATIONS, FUTURES_OPEN_INTEREST, TRADES)
