-- Liquidated USD over the hours is that of the day, where figures are of an hour or finer.
{{ config(meta={'dagster': {'ref': {'name': 'liquidations_hourly'}}}) }}
with hours as (
    select day, asset, sum(total_usd) as total_usd, sum(short_usd) as short_usd
    from {{ ref('liquidations_hourly') }}
    where {{ in_build_days() }}
    group by day, asset
)

select a.day, a.asset, a.total_usd, h.total_usd as hours_usd
from {{ ref('liquidations_by_asset_daily') }} as a
inner join {{ ref('liquidations_market_daily') }} as m on a.day = m.day and m.resolution_s <= 3600
left join hours as h on a.day = h.day and a.asset = h.asset
where
    {{ in_build_days('a.day') }}
    and (
        h.total_usd is null
        or abs(a.total_usd - h.total_usd) > 1e-9 * a.total_usd
        or abs(a.short_usd - h.short_usd) > 1e-9 * a.total_usd
    )
