-- Whose positions were liquidated must fit the day: after a fall of over 5 % mostly longs, after a rise mostly shorts. A venue that does
-- not fit has its sides read the wrong way round. 50 orders and a million USD make a sample (set by judgement, 2026-10).
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'liquidations_by_venue_daily'}}}) }}
with prices as (
    select day, asset, close_price_usd / open_price_usd - 1 as move_pct
    from {{ ref('market_cap_changes_daily') }}
    where {{ in_build_days() }} and not is_stable
)

select v.day, v.venue, v.asset, p.move_pct, v.long_usd / v.total_usd as long_share
from {{ ref('liquidations_by_venue_daily') }} as v
inner join prices as p on v.day = p.day and v.asset = p.asset
where
    v.total_usd >= 1e6 and coalesce(v.n_orders, 50) >= 50
    and ((p.move_pct <= -0.05 and v.long_usd < 0.5 * v.total_usd) or (p.move_pct >= 0.05 and v.long_usd > 0.5 * v.total_usd))
