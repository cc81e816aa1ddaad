"""CoinGlass: exported bars of long and short liquidations per asset, summed over venues that the export does not name.

No public address: the user saves exports as `coinglass_<ASSET>_liquidation_<span>_1h.csv`. Times are milliseconds of the
bar's OPEN. Hours that the export lacks stand there as 0/0/0. The level is that of CoinGlass' own venue set and revisions.
"""

from orchestration.feeds.contract import Coverage, Feed, Table, instant

LIQUIDATION_BARS = Feed(
    name="coinglass.liquidation_1h",
    dataset="liquidation_bars",
    kind="export",
    paths=("coinglass_{asset}_liquidation_*_1h.csv",),
    reader=Table(
        {
            "timestamp": "BIGINT",
            "datetime_utc": "VARCHAR",
            "longUsd": "DOUBLE",
            "shortUsd": "DOUBLE",
            "totalUsd": "DOUBLE",
        },
        optional=frozenset({"datetime_utc", "totalUsd"}),
    ),
    select={
        "open_at": instant("timestamp"),
        "interval_s": "3600",
        "asset": "path.asset",
        "long_usd": "longUsd",
        "short_usd": "shortUsd",
    },
    venue="'coinglass'",
    coverage=Coverage.NON_ZERO,
)

FEEDS = (LIQUIDATION_BARS,)
