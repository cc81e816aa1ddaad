select
    day,
    venue,
    open_at,
    interval_s,
    symbol,
    asset,
    open,
    high,
    low,
    close,
    base_volume,
    quote_volume,
    n_trades,
    feed,
    dump_path
from {{ source('raw', 'candles') }}
