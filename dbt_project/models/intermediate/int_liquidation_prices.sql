{{ config(materialized='incremental', incremental_strategy='replace_days') }}
-- At what prices orders were liquidated, in bins of 0.05 % of the day's first price, kept for all days: levels of a day are drawn anew
-- when an earlier one is loaded again, and its orders are out of sight then.
with counted as (
    select distinct day, asset from {{ ref('int_liquidations') }} where {{ in_build_days() }} and basis = 'orders'
),

orders as (
    select
        o.day, o.asset, o.side, o.notional_usd, p.open_usd,
        try_cast(floor(o.price_usd / p.open_usd * 2000) as integer) as bin
    from {{ ref('int_liquidation_orders') }} as o
    inner join counted as c on o.day = c.day and o.asset = c.asset
    inner join {{ ref('int_day_prices') }} as p on o.day = p.day and o.asset = p.asset
)

select
    day,
    asset,
    side,
    open_usd * ((bin + 0.5e0) / 2000) as price_usd,
    {{ exact_sum('notional_usd') }} as total_usd,
    count(*) as n_orders
from orders
where bin is not null
group by day, asset, side, bin, open_usd
