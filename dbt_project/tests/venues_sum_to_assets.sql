-- Liquidated USD over venues is that of the asset, to the last digits of a double.
{{ config(meta={'dagster': {'ref': {'name': 'liquidations_by_asset_daily'}}}) }}
with venues as (
    select day, asset, sum(total_usd) as total_usd, sum(long_usd) as long_usd, sum(n_orders) as n_orders, count(*) as n_venues
    from {{ ref('liquidations_by_venue_daily') }}
    where {{ in_build_days() }}
    group by day, asset
)

select coalesce(a.day, v.day) as day, coalesce(a.asset, v.asset) as asset, a.total_usd, v.total_usd as venues_usd
from (select * from {{ ref('liquidations_by_asset_daily') }} where {{ in_build_days() }}) as a
full join venues as v on a.day = v.day and a.asset = v.asset
where
    a.day is null or v.day is null
    or abs(a.total_usd - v.total_usd) > 1e-9 * a.total_usd
    or abs(a.long_usd - v.long_usd) > 1e-9 * a.total_usd
    or a.n_orders <> v.n_orders
    or a.n_venues <> v.n_venues
