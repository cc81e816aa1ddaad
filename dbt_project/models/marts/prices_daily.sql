with days as (
    select * from {{ ref('int_day_prices') }} where {{ in_build_days() }}
),

volumes as (
    select day, asset, {{ exact_sum('volume_usd') }} as volume_usd from {{ ref('int_volumes') }} group by day, asset
),

final as (
    select
        d.day,
        d.asset,
        d.open_usd,
        d.high_usd,
        d.low_usd,
        d.close_usd,
        d.low_at,
        v.volume_usd,
        cast(d.n_venues as integer) as n_venues,
        cast(d.interval_s as integer) as interval_s,
        d.fx_assumed,
        d.is_closed,
        d.is_continuous,
        coalesce(s.simulated, false) as simulated
    from days as d
    left join volumes as v on d.day = v.day and d.asset = v.asset
    left join {{ ref('int_simulated') }} as s on d.day = s.day
)

select * from final
