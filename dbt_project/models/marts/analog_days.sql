{{ config(incremental_strategy='replace_reached_days', reach=var('all_later_days')) }}
with history as (
    select day, basis, total_usd from {{ ref('event_history') }} where percentile_365d >= 0.95 and robust_z is not null
),

followed as (
    select
        h.day as analog_day, h.basis, h.total_usd, n.total_usd as next_total_usd, c.change_pct as next_change_pct
    from history as h
    inner join {{ ref('event_history') }} as n on n.day = {{ add_days('h.day', 1) }} and n.basis = h.basis
    left join {{ ref('market_cap_total_daily') }} as c on c.day = n.day and c.universe = 'all'
),

final as (
    select
        h.day,
        f.analog_day,
        f.total_usd,
        f.next_total_usd,
        f.next_total_usd / f.total_usd as next_ratio,
        f.next_change_pct
    from history as h
    inner join followed as f on h.basis = f.basis and f.analog_day < {{ add_days('h.day', -1) }}
    where {{ in_reach('h.day', var('all_later_days')) }}
)

select * from final
