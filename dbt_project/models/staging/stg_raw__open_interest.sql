select
    day,
    venue,
    observed_at,
    symbol,
    asset,
    oi_base,
    oi_contracts,
    oi_usd,
    feed,
    dump_path
from {{ source('raw', 'open_interest') }}
