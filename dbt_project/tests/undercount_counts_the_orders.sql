-- The band begins with the orders that the venue's figures rest on, each of them once.
{{ config(meta={'dagster': {'ref': {'name': 'liquidation_undercount_daily'}}}) }}
with venues as (
    select * from {{ ref('liquidations_by_venue_daily') }} where {{ in_build_days() }} and basis = 'orders'
),

hours as (
    select day, venue, asset, sum(n_orders) as n_orders
    from {{ ref('liquidation_saturation_hourly') }}
    where {{ in_build_days() }}
    group by day, venue, asset
),

bands as (
    select * from {{ ref('liquidation_undercount_daily') }} where {{ in_build_days() }}
)

select v.day, v.venue, v.asset, v.n_orders, h.n_orders as n_in_hours, b.n_orders as n_in_band
from venues as v
left join hours as h on v.day = h.day and v.venue = h.venue and v.asset = h.asset
left join bands as b on v.day = b.day and v.venue = b.venue and v.asset = b.asset
where h.n_orders is null or b.n_orders is null or v.n_orders <> h.n_orders or v.n_orders <> b.n_orders
