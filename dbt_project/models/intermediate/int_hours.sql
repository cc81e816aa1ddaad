-- Hourly prices: bars of an hour or less folded into clock hours.
select
    day,
    asset,
    date_trunc('hour', open_at) as open_at,
    min_by(open_usd, open_at) as open_usd,
    max(high_usd) as high_usd,
    min(low_usd) as low_usd,
    max_by(close_usd, open_at) as close_usd,
    max(n_venues) as n_venues
from {{ ref('int_prices') }}
where interval_s <= 3600
group by day, asset, date_trunc('hour', open_at)
