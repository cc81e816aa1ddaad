-- The path begins at the day's open, ends at its close and stays between low and high.
{{ config(meta={'dagster': {'ref': {'name': 'market_cap_path'}}}) }}
with path as (
    select
        day,
        universe,
        min_by(cap_usd, {{ adapter.quote('at') }}) as first_usd,
        max_by(cap_usd, {{ adapter.quote('at') }}) as last_usd,
        min(cap_usd) as low_usd,
        max(cap_usd) as high_usd
    from {{ ref('market_cap_path') }}
    where {{ in_build_days() }}
    group by day, universe
)

select t.day, t.universe, t.open_cap_usd, t.close_cap_usd, p.first_usd, p.last_usd
from {{ ref('market_cap_total_daily') }} as t
left join path as p on t.day = p.day and t.universe = p.universe
where
    {{ in_build_days('t.day') }}
    and (
        p.day is null
        or p.first_usd <> t.open_cap_usd
        or p.last_usd <> t.close_cap_usd
        or p.low_usd < t.low_cap_usd
        or p.high_usd > t.high_cap_usd
    )
