-- What counts, by minute (orders) or bar (aggregator). For one asset and day either orders or bars, never both:
-- orders where some venue's are complete all day, else bars where there are any, else orders.
with orders as (
    select
        day, venue, asset, minute_at as started_at, 60 as resolution_s,
        sum(case when side = 'long' then notional_usd else 0 end) as long_usd,
        sum(case when side = 'short' then notional_usd else 0 end) as short_usd,
        count(*) as n_orders
    from {{ ref('int_liquidation_orders') }}
    group by day, venue, asset, minute_at
),

bars as (
    select
        day, venue, asset, open_at as started_at, interval_s as resolution_s,
        sum(long_usd) as long_usd,
        sum(short_usd) as short_usd
    from {{ ref('stg_raw__liquidation_bars') }}
    group by day, venue, asset, open_at, interval_s
),

complete_days as (
    select distinct day
    from {{ ref('int_liquidation_coverage') }}
    where not is_aggregated and hours_complete = 24
),

aggregated as (
    select b.day, b.asset
    from bars as b
    left join complete_days as c on b.day = c.day
    where c.day is null
    group by b.day, b.asset
    having sum(b.long_usd + b.short_usd) > 0
)

select
    o.day, o.venue, o.asset, o.started_at, o.resolution_s, o.long_usd, o.short_usd,
    o.long_usd + o.short_usd as total_usd, o.n_orders, 'orders' as basis
from orders as o
left join aggregated as a on o.day = a.day and o.asset = a.asset
where a.asset is null

union all

select
    b.day, b.venue, b.asset, b.started_at, b.resolution_s, b.long_usd, b.short_usd,
    b.long_usd + b.short_usd as total_usd, null as n_orders, 'aggregated' as basis
from bars as b
inner join aggregated as a on b.day = a.day and b.asset = a.asset
