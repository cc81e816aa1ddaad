-- What counts, by minute (orders) or bar (aggregator). For one asset and day either orders or bars, never both:
-- orders where some venue's are complete all day, else bars where there are any, else orders.
with orders as (
    select
        day, venue, asset, minute_at as started_at, 60 as resolution_s,
        coalesce({{ exact_sum("case when side = 'long' then notional_usd end") }}, 0) as long_usd,
        coalesce({{ exact_sum("case when side = 'short' then notional_usd end") }}, 0) as short_usd,
        {{ exact_sum('notional_usd') }} as total_usd,
        count(*) as n_orders,
        max(case when fx_assumed then 1 else 0 end) = 1 as fx_assumed
    from {{ ref('int_liquidation_orders') }}
    group by day, venue, asset, minute_at
),

bars as (
    select * from {{ ref('int_liquidation_bars') }}
),

complete_days as (
    select distinct day
    from {{ ref('int_liquidation_coverage') }}
    where not is_aggregated and hours_complete = 24
),

aggregated as (
    select distinct b.day, b.asset
    from bars as b
    left join complete_days as c on b.day = c.day
    where c.day is null
)

select
    o.day, o.venue, o.asset, o.started_at, o.resolution_s, o.long_usd, o.short_usd, o.total_usd, o.n_orders,
    'orders' as basis, o.fx_assumed
from orders as o
left join aggregated as a on o.day = a.day and o.asset = a.asset
where a.asset is null

union all

select
    b.day, b.venue, b.asset, b.open_at as started_at, greatest(60, b.interval_s) as resolution_s, b.long_usd, b.short_usd,
    b.long_usd + b.short_usd as total_usd, null as n_orders, 'aggregated' as basis, false as fx_assumed
from bars as b
inner join aggregated as a on b.day = a.day and b.asset = a.asset
