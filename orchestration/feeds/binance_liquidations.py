"""Binance's archive of liquidations, which ended: `liquidationSnapshot` of USD-M and COIN-M.

Address and checksums as in `binance`: `data/futures/<um|cm>/daily/liquidationSnapshot/<symbol>/…`. USD-M ends on 2024-03-31 and the
folder was removed since, so files come from users' mirrors. `side` is that of the closing order: SELL means that a long was
liquidated. The value is what was filled in all at its average price; USD-M counts base units, COIN-M contracts. Publicly reported:
each row stands there twice, so the second is quarantined as a repeat; two orders that agree in every field cannot be told from that.
Assumed, as no real file was at hand: the columns, which are found by name since accounts of them differ in order and in whether
`symbol` is one; files without a header have no symbol and the order below, and rows of any other shape are quarantined.
"""

from dataclasses import replace

from orchestration.feeds.binance import ADDRESS, CHECKSUM, COIN_M, USD_M, day_path
from orchestration.feeds.binance_markets import COIN_PERPETUAL
from orchestration.feeds.contract import Coverage, Feed, Table, instant

SNAPSHOT = Feed(
    name="binance.liquidation_snapshot",
    dataset="liquidations",
    address=ADDRESS,
    paths=(day_path(USD_M, "liquidationSnapshot"),),
    checksum=CHECKSUM,
    reader=Table(
        {
            "time": "BIGINT",
            "side": "VARCHAR",
            "order_type": "VARCHAR",
            "time_in_force": "VARCHAR",
            "original_quantity": "DOUBLE",
            "price": "DOUBLE",
            "average_price": "DOUBLE",
            "order_status": "VARCHAR",
            "last_fill_quantity": "DOUBLE",
            "accumulated_fill_quantity": "DOUBLE",
        },
        optional=frozenset(
            {"order_type", "time_in_force", "original_quantity", "price", "order_status", "last_fill_quantity"}
        ),
    ),
    select={
        "occurred_at": instant("time"),
        "symbol": "path.symbol",
        "order_side": "lower(side)",
        "quantity": "accumulated_fill_quantity",
        "quantity_unit": "'base'",
        "price": "average_price",
        "price_basis": "'average'",
    },
    venue="'binance'",
    coverage=Coverage.WHOLE_FILE,
    on_request=True,
    published="no more: USD-M ends with 2024-03-31",
)

COIN_SNAPSHOT = replace(
    SNAPSHOT,
    name="binance.coin_liquidation_snapshot",
    paths=(day_path(COIN_M, "liquidationSnapshot"),),
    select={**SNAPSHOT.select, "quantity_unit": "'contracts'"},
    asks_for=COIN_PERPETUAL,
    published="no more",
)

FEEDS = (SNAPSHOT, COIN_SNAPSHOT)
