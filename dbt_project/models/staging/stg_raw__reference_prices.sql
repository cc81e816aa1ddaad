select
    day,
    venue,
    open_at,
    interval_s,
    symbol,
    kind,
    open,
    high,
    low,
    close,
    feed,
    dump_path
from {{ source('raw', 'reference_prices') }}
