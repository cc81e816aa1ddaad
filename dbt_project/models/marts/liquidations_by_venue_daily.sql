with liquidations as (
    select * from {{ ref('int_liquidations') }} where {{ in_build_days() }}
),

coverage as (
    select * from {{ ref('int_liquidation_coverage') }}
),

simulated as (
    select * from {{ ref('int_simulated') }}
),

summed as (
    select
        day, venue, asset, basis,
        {{ exact_sum('total_usd') }} as total_usd,
        {{ exact_sum('long_usd') }} as long_usd,
        {{ exact_sum('short_usd') }} as short_usd,
        sum(n_orders) as n_orders,
        max(case when fx_assumed then 1 else 0 end) = 1 as fx_assumed
    from liquidations
    group by day, venue, asset, basis
),

-- what the prices behind the USD are
bases as (
    select day, venue, asset, {{ listed('price_basis') }} as price_basis
    from {{ ref('int_liquidation_orders') }}
    where {{ in_build_days() }}
    group by day, venue, asset
),

final as (
    select
        s.day,
        s.venue,
        s.asset,
        s.total_usd,
        s.long_usd,
        s.short_usd,
        cast(s.n_orders as bigint) as n_orders,
        case
            when c.hours_complete = 24 then 'complete'
            when c.hours_complete + c.hours_partial > 0 then 'partial'
            else 'missing'
        end as coverage,
        cast(coalesce(c.hours_complete, 0) as integer) as hours_complete,
        cast(coalesce(c.hours_partial, 0) as integer) as hours_partial,
        s.basis,
        s.fx_assumed,
        b.price_basis,
        coalesce(m.simulated, false) as simulated
    from summed as s
    left join coverage as c
        on s.day = c.day and s.venue = c.venue and c.is_aggregated = (s.basis = 'aggregated')
    left join bases as b
        on s.day = b.day and s.venue = b.venue and s.asset = b.asset and s.basis = 'orders'
    left join simulated as m on s.day = m.day
)

select * from final
