with orders as (
    select
        day,
        venue,
        coalesce(symbol, asset) as instrument,
        asset,
        cast(hour(occurred_at) as integer) as hour,
        date_trunc('second', occurred_at) as second_at
    from {{ ref('int_liquidation_orders') }}
    where {{ in_build_days() }}
),

regimes as (
    select * from {{ ref('reporting_regimes') }}
),

seen as (
    select
        day, venue, instrument, asset, hour,
        count(*) as n_orders,
        count(distinct second_at) as n_seconds,
        cast(count(distinct second_at) as double) / 3600 as saturation
    from orders
    group by day, venue, instrument, asset, hour
),

final as (
    select
        s.day,
        s.hour,
        s.venue,
        s.instrument,
        s.asset,
        coalesce(r.reports, 'unknown') as reports,
        s.n_orders,
        cast(s.n_seconds as integer) as n_seconds,
        s.saturation,
        case when coalesce(r.reports, 'unknown') <> 'all' and s.saturation < 1 then -ln(1 - s.saturation) / s.saturation end as undercount_factor
    from seen as s
    left join regimes as r on s.venue = r.venue and s.day >= r.valid_from and s.day < r.valid_until
)

select * from final
