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
        sum(total_usd) as total_usd,
        sum(long_usd) as long_usd,
        sum(short_usd) as short_usd,
        sum(n_orders) as n_orders
    from liquidations
    group by day, venue, asset, basis
)

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
    coalesce(m.simulated, false) as simulated
from summed as s
left join coverage as c
    on s.day = c.day and s.venue = c.venue and c.is_aggregated = (s.basis = 'aggregated')
left join simulated as m on s.day = m.day
