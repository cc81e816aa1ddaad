with venues as (
    select * from {{ ref('liquidations_by_venue_daily') }} where {{ in_build_days() }}
),

largest as (
    select * from {{ ref('int_largest_orders') }}
),

leverage as (
    select * from {{ ref('int_leverage') }} where {{ in_build_days() }}
),

assets as (
    select
        day, asset, basis, simulated,
        {{ exact_sum('total_usd') }} as total_usd,
        {{ exact_sum('long_usd') }} as long_usd,
        {{ exact_sum('short_usd') }} as short_usd,
        sum(n_orders) as n_orders,
        count(*) as n_venues
    from venues
    group by day, asset, basis, simulated
),

final as (
    select
        a.day,
        a.asset,
        cast(row_number() over (partition by a.day order by a.total_usd desc, a.asset) as integer) as rank,
        a.total_usd,
        a.long_usd,
        a.short_usd,
        a.long_usd / nullif(a.total_usd, 0) as long_share,
        cast(a.n_orders as bigint) as n_orders,
        l.notional_usd as largest_order_usd,
        l.venue as largest_order_venue,
        l.occurred_at as largest_order_at,
        a.total_usd / nullif(v.oi_usd_open, 0) as pct_of_open_interest,
        a.basis,
        cast(a.n_venues as integer) as n_venues,
        a.simulated
    from assets as a
    left join largest as l on a.day = l.day and a.asset = l.asset
    left join leverage as v on a.day = v.day and a.asset = v.asset
)

select * from final
