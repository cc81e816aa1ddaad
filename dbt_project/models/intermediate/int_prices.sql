-- Median over the venues that have the finest bars of the asset that day.
with bars as (
    select *, {{ add_seconds('open_at', 'interval_s') }} as close_at from {{ ref('int_bars') }}
),

series as (
    select day, venue, asset, interval_s, count(*) * interval_s as covered_s
    from bars
    group by day, venue, asset, interval_s
),

reach as (
    select *, max(covered_s) over (partition by day, asset) as best_s
    from series
),

finest as (
    select day, asset, min(interval_s) as interval_s
    from reach
    where covered_s + {{ var('longest_carry_s') }} >= best_s
    group by day, asset
),

chosen as (
    select f.day, f.asset, f.interval_s, count(*) as n_venues
    from finest as f
    inner join series as s on f.day = s.day and f.asset = s.asset and f.interval_s = s.interval_s
    group by f.day, f.asset, f.interval_s
)

-- one venue needs no median, which is by far the dearest step of a build
select b.day, b.asset, b.interval_s, b.open_at, b.close_at, b.open_usd, b.high_usd, b.low_usd, b.close_usd,
    1 as n_venues, b.fx_assumed
from bars as b
inner join chosen as c on b.day = c.day and b.asset = c.asset and b.interval_s = c.interval_s and c.n_venues = 1

union all

select
    b.day,
    b.asset,
    b.interval_s,
    b.open_at,
    b.close_at,
    median(b.open_usd) as open_usd,
    greatest(median(b.high_usd), median(b.open_usd), median(b.close_usd)) as high_usd,
    least(median(b.low_usd), median(b.open_usd), median(b.close_usd)) as low_usd,
    median(b.close_usd) as close_usd,
    count(*) as n_venues,
    max(case when b.fx_assumed then 1 else 0 end) = 1 as fx_assumed
from bars as b
inner join chosen as c on b.day = c.day and b.asset = c.asset and b.interval_s = c.interval_s and c.n_venues > 1
group by b.day, b.asset, b.interval_s, b.open_at, b.close_at
