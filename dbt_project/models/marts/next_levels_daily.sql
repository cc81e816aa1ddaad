{{ config(incremental_strategy='replace_reached_days', reach=376) }}
with closes as (
    select day, asset, close_usd from {{ ref('prices_daily') }} as p where p.is_closed and {{ in_reach('p.day', 376) }}
),

levels as (
    select l.day, l.asset, l.level_usd, l.kinds, c.close_usd, w.simulated
    from {{ ref('int_levels') }} as l
    inner join {{ ref('int_level_windows') }} as w on l.day = w.day and l.asset = w.asset
    inner join closes as c on l.day = c.day and l.asset = c.asset
),

final as (
    select
        day,
        asset,
        close_usd,
        max(case when level_usd < close_usd then level_usd end) as below_usd,
        max_by(kinds, case when level_usd < close_usd then level_usd end) as below_kinds,
        min(case when level_usd > close_usd then level_usd end) as above_usd,
        min_by(kinds, case when level_usd > close_usd then level_usd end) as above_kinds,
        max(case when simulated then 1 else 0 end) = 1 as simulated
    from levels
    group by day, asset, close_usd
)

select * from final
