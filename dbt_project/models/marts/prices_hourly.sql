with hours as (
    select * from {{ ref('int_hours') }} where {{ in_build_days() }}
),

final as (
    select
        h.day,
        h.asset,
        h.open_at,
        h.open_usd,
        h.high_usd,
        h.low_usd,
        h.close_usd,
        v.volume_usd,
        cast(h.n_venues as integer) as n_venues,
        cast(h.covered_s as integer) as covered_s,
        h.is_closed
    from hours as h
    left join {{ ref('int_volumes') }} as v on h.day = v.day and h.asset = v.asset and h.open_at = v.open_at
)

select * from final
