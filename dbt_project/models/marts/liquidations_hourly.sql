with liquidations as (
    select * from {{ ref('int_liquidations') }} where {{ in_build_days() }} and resolution_s <= 3600
),

final as (
    select
        day,
        cast(hour(started_at) as integer) as hour,
        asset,
        {{ exact_sum('long_usd') }} as long_usd,
        {{ exact_sum('short_usd') }} as short_usd,
        {{ exact_sum('total_usd') }} as total_usd,
        cast(sum(n_orders) as bigint) as n_orders
    from liquidations
    group by day, hour(started_at), asset
)

select * from final
