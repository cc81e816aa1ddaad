select
    day,
    venue,
    settled_at,
    symbol,
    asset,
    rate,
    interval_h,
    feed,
    dump_path
from {{ source('raw', 'funding') }}
