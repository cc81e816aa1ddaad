-- Liquidated USD over assets is that of the market, and of a day that nothing was liquidated on, zero.
{{ config(meta={'dagster': {'ref': {'name': 'liquidations_market_daily'}}}) }}
with assets as (
    select day, sum(total_usd) as total_usd, sum(long_usd) as long_usd, sum(n_orders) as n_orders, count(*) as n_assets, max(rank) as last_rank
    from {{ ref('liquidations_by_asset_daily') }}
    where {{ in_build_days() }}
    group by day
)

select coalesce(m.day, a.day) as day, m.total_usd, a.total_usd as assets_usd
from (select * from {{ ref('liquidations_market_daily') }} where {{ in_build_days() }}) as m
full join assets as a on m.day = a.day
where
    m.day is null
    or abs(m.total_usd - coalesce(a.total_usd, 0)) > 1e-9 * m.total_usd
    or abs(m.long_usd - coalesce(a.long_usd, 0)) > 1e-9 * m.total_usd
    or m.n_orders <> coalesce(a.n_orders, 0)
    or m.n_assets <> coalesce(a.n_assets, 0)
    or a.last_rank <> a.n_assets
