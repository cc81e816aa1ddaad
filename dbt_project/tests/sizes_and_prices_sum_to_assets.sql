-- Orders by size are those of the asset, and orders by price so much of a side as has a price.
{{ config(meta={'dagster': {'ref': {'name': 'liquidation_sizes_daily'}}}) }}
with assets as (
    select day, asset, total_usd, long_usd, short_usd, n_orders
    from {{ ref('liquidations_by_asset_daily') }}
    where {{ in_build_days() }} and basis = 'orders'
),

sizes as (
    select day, asset, sum(total_usd) as total_usd, sum(long_usd) as long_usd, sum(n_orders) as n_orders
    from {{ ref('liquidation_sizes_daily') }}
    where {{ in_build_days() }}
    group by day, asset
),

priced as (
    select day, asset, liquidated_side, sum(total_usd) as total_usd, max(priced_share) as priced_share, min(priced_share) as lowest_share
    from {{ ref('liquidations_by_price') }}
    where {{ in_build_days() }}
    group by day, asset, liquidated_side
)

select coalesce(a.day, s.day) as day, coalesce(a.asset, s.asset) as asset, 'by size' as split
from assets as a
full join sizes as s on a.day = s.day and a.asset = s.asset
where
    a.day is null or s.day is null or a.n_orders <> s.n_orders
    or abs(a.total_usd - s.total_usd) > 1e-9 * a.total_usd or abs(a.long_usd - s.long_usd) > 1e-9 * a.total_usd

union all

select p.day, p.asset, 'by price' as split
from priced as p
left join assets as a on p.day = a.day and p.asset = a.asset
where
    a.day is null or p.lowest_share <> p.priced_share
    or abs(p.total_usd - p.priced_share * case when p.liquidated_side = 'long' then a.long_usd else a.short_usd end) > 1e-9 * a.total_usd
