select
    day,
    venue,
    open_at,
    interval_s,
    asset,
    long_usd,
    short_usd,
    feed,
    dump_path
from {{ source('raw', 'liquidation_bars') }}
