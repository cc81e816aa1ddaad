-- Median over the venues that have the finest bars of the asset that day.
with bars as (
    select * from {{ ref('int_bars') }}
),

finest as (
    select day, asset, min(interval_s) as interval_s
    from bars
    group by day, asset
)

select
    b.day,
    b.asset,
    b.interval_s,
    b.open_at,
    {{ add_seconds('b.open_at', 'b.interval_s') }} as close_at,
    median(b.open_usd) as open_usd,
    greatest(median(b.high_usd), median(b.open_usd), median(b.close_usd)) as high_usd,
    least(median(b.low_usd), median(b.open_usd), median(b.close_usd)) as low_usd,
    median(b.close_usd) as close_usd,
    count(distinct b.venue) as n_venues
from bars as b
inner join finest as f on b.day = f.day and b.asset = f.asset and b.interval_s = f.interval_s
group by b.day, b.asset, b.interval_s, b.open_at
