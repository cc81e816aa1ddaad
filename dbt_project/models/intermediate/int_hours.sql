-- Hourly prices: bars of an hour or less folded into clock hours.
with prices as (
    select * from {{ ref('int_prices') }} where interval_s <= 3600
),

hours as (
    select
        day,
        asset,
        date_trunc('hour', open_at) as open_at,
        min_by(open_usd, open_at) as open_usd,
        max(high_usd) as high_usd,
        min(low_usd) as low_usd,
        max_by(close_usd, open_at) as close_usd,
        max(n_venues) as n_venues,
        count(*) as n_bars,
        count(*) * min(interval_s) as covered_s,
        max(close_at) as last_close_at
    from prices
    group by day, asset, date_trunc('hour', open_at)
)

select
    *,
    {{ seconds_between('last_close_at', add_seconds('open_at', 3600)) }} <= {{ var('longest_carry_s') }} as is_closed
from hours
