with hours as (
    select * from {{ ref('int_hours') }} where {{ in_build_days() }}
),

final as (
    select
        day,
        asset,
        open_at,
        open_usd,
        high_usd,
        low_usd,
        close_usd,
        cast(n_venues as integer) as n_venues,
        cast(covered_s as integer) as covered_s
    from hours
)

select * from final
