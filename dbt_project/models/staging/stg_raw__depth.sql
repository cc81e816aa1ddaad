select
    day,
    venue,
    observed_at,
    symbol,
    asset,
    side,
    within_pct,
    depth_base,
    depth_quote,
    feed,
    dump_path
from {{ source('raw', 'depth') }}
