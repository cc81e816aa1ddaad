select
    day,
    venue,
    observed_at,
    asset,
    cap_usd,
    price_usd,
    supply,
    feed,
    dump_path
from {{ source('raw', 'caps') }}
