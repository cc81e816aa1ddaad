{{ config(incremental_strategy='replace_reached_days', reach=30) }}
with kept as (
    select * from {{ ref('int_wave_spans') }}
),

assets as (
    select k.day, k.wave, m.asset, {{ exact_sum('m.total_usd') }} as total_usd, {{ exact_sum('m.long_usd') }} as long_usd
    from kept as k
    inner join {{ ref('int_liquidation_minutes') }} as m
        on k.day = m.day and m.minute_at >= k.started_at and m.minute_at < k.ended_at
    group by k.day, k.wave, m.asset
),

venues as (
    select k.day, k.wave, m.venue, {{ exact_sum('m.total_usd') }} as total_usd
    from kept as k
    inner join {{ ref('int_liquidation_minutes') }} as m
        on k.day = m.day and m.minute_at >= k.started_at and m.minute_at < k.ended_at
    group by k.day, k.wave, m.venue
),

leading_assets as (
    select day, wave, {{ at_lowest('asset', '-total_usd', 'asset') }} as asset, {{ exact_sum('long_usd') }} as long_usd
    from assets
    group by day, wave
),

leading_venues as (
    select day, wave, {{ at_lowest('venue', '-total_usd', 'venue') }} as venue from venues group by day, wave
),

path as (
    select day, {{ adapter.quote('at') }} as observed_at, cap_usd from {{ ref('market_cap_path') }} where universe = 'all'
),

moves as (
    select
        k.day, k.wave,
        max_by(case when p.observed_at <= k.started_at then p.cap_usd end, case when p.observed_at <= k.started_at then p.observed_at end)
            as cap_before,
        min_by(case when p.observed_at >= k.ended_at then p.cap_usd end, case when p.observed_at >= k.ended_at then p.observed_at end)
            as cap_after
    from kept as k
    inner join path as p on k.day = p.day
    group by k.day, k.wave
),

final as (
    select
        k.day,
        cast(k.wave as integer) as wave,
        k.started_at,
        k.peak_at,
        k.ended_at,
        k.total_usd,
        a.long_usd,
        k.share_of_day,
        m.cap_after / nullif(m.cap_before, 0) - 1 as price_move_pct,
        a.asset as leader_asset,
        v.venue as leader_venue
    from kept as k
    inner join leading_assets as a on k.day = a.day and k.wave = a.wave
    inner join leading_venues as v on k.day = v.day and k.wave = v.wave
    left join moves as m on k.day = m.day and k.wave = m.wave
)

select * from final
