select
    day,
    asset,
    venue,
    min_by(open_usd, open_at) as open_usd,
    max(high_usd) as high_usd,
    min(low_usd) as low_usd,
    max_by(close_usd, open_at) as close_usd,
    max_by(open_at, high_usd) as high_at,
    min_by(open_at, low_usd) as low_at,
    min(interval_s) as interval_s,
    cast(count(*) as integer) as n_bars
from {{ ref('int_bars') }}
where {{ in_build_days() }}
group by day, asset, venue
