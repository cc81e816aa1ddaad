"""CoinGlass: exported bars of long and short liquidations per asset, summed over venues that the export does not name.

No public address: the user saves exports. By the hour: `coinglass_<ASSET>_liquidation_<span>_1h.csv`, times in milliseconds. By the
day: `…liquidation…_1d.csv`, plain or gzipped, all assets in one file, times as text with their zone. Times are the bar's OPEN
(Assumed of the daily ones). Hours and days that the export lacks stand there as zeros. The level is that of CoinGlass' own venue
set and revisions, so the sum of hours need not be that of the day.
"""

from orchestration.feeds.contract import Coverage, Feed, Table, instant

_OUT = "as the user exports it"

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
    published=_OUT,
)

DAILY_BARS = Feed(
    name="coinglass.liquidation_1d",
    dataset="liquidation_bars",
    kind="export",
    paths=("*liquidation*_1d.csv", "*liquidation*_1d.csv.gz"),
    reader=Table({"symbol": "VARCHAR", "ts_utc": "TIMESTAMPTZ", "liq_long_usd": "DOUBLE", "liq_short_usd": "DOUBLE"}),
    select={
        "open_at": "ts_utc at time zone 'UTC'",
        "interval_s": "86400",
        "asset": "upper(symbol)",
        "long_usd": "liq_long_usd",
        "short_usd": "liq_short_usd",
    },
    venue="'coinglass'",
    coverage=Coverage.NON_ZERO,
    published=_OUT,
)

FEEDS = (LIQUIDATION_BARS, DAILY_BARS)
