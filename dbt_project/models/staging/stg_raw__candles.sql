select
    day,
    venue,
    open_at,
    interval_s,
    symbol,
    asset,
    "open" as open,
    high,
    low,
    "close" as close,
    base_volume,
    quote_volume,
    n_trades,
    feed,
    dump_path
from {{ source('raw', 'candles') }}
