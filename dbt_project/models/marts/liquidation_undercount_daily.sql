with hours as (
    select * from {{ ref('liquidation_saturation_hourly') }} where {{ in_build_days() }}
),

venues as (
    select * from {{ ref('liquidations_by_venue_daily') }} where {{ in_build_days() }} and basis = 'orders'
),

summed as (
    select
        day, venue, asset, reports,
        sum(n_orders) as n_orders,
        -- who reports all has no factor; a second with an order in each of the hour's 3600 bounds nothing
        sum(case when reports = 'all' or undercount_factor is not null then n_orders else 0 end) as n_orders_bounded,
        {{ exact_sum("n_orders * case when reports = 'all' then 1 else undercount_factor end") }} as n_expected,
        max(saturation) as max_saturation
    from hours
    group by day, venue, asset, reports
),

final as (
    select
        v.day,
        v.venue,
        v.asset,
        s.reports,
        v.n_orders,
        s.max_saturation,
        case when s.n_orders_bounded = s.n_orders then s.n_expected / s.n_orders end as mean_undercount_factor,
        case when s.n_orders_bounded = s.n_orders then v.n_orders * (s.n_expected / s.n_orders) end as n_orders_high,
        v.simulated
    from venues as v
    inner join summed as s on v.day = s.day and v.venue = s.venue and v.asset = s.asset
)

select * from final
