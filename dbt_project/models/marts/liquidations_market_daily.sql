with venues as (
    select * from {{ ref('liquidations_by_venue_daily') }} where {{ in_build_days() }}
),

covered as (
    select day, count(distinct venue) as n_venues
    from {{ ref('int_liquidation_coverage') }}
    where {{ in_build_days() }} and hours_complete + hours_partial > 0
    group by day
),

days as (
    select day from covered
    union
    select day from venues
),

totals as (
    select
        day,
        {{ exact_sum('total_usd') }} as total_usd,
        {{ exact_sum('long_usd') }} as long_usd,
        {{ exact_sum('short_usd') }} as short_usd,
        case when count(n_orders) = count(*) then sum(n_orders) end as n_orders,
        count(distinct venue) as n_venues,
        count(distinct asset) as n_assets
    from venues
    group by day
),

windows as (
    select * from {{ ref('int_liquidation_windows') }}
),

r24 as (
    select * from {{ ref('int_liquidation_r24') }}
),

largest as (
    select *, row_number() over (partition by day order by notional_usd desc, occurred_at, asset) as place
    from {{ ref('int_largest_orders') }}
),

final as (
    select
        d.day,
        coalesce(t.total_usd, 0) as total_usd,
        coalesce(t.long_usd, 0) as long_usd,
        coalesce(t.short_usd, 0) as short_usd,
        t.long_usd / nullif(t.total_usd, 0) as long_share,
        cast(case when t.day is null then 0 else t.n_orders end as bigint) as n_orders,
        cast(coalesce(t.n_venues, c.n_venues) as integer) as n_venues,
        cast(coalesce(t.n_assets, 0) as integer) as n_assets,
        r.r24_max_usd,
        r.r24_max_at,
        {% for name in ['1m', '5m', '1h', '4h', '12h'] -%}
        w.busiest_{{ name }}_usd,
        w.busiest_{{ name }}_at,
        {% endfor -%}
        l.notional_usd as largest_order_usd,
        l.asset as largest_order_asset,
        l.venue as largest_order_venue,
        l.occurred_at as largest_order_at,
        cast(w.step_s as integer) as resolution_s,
        coalesce(s.simulated_with_prior, false) as simulated
    from days as d
    left join totals as t on d.day = t.day
    left join covered as c on d.day = c.day
    left join windows as w on d.day = w.day
    left join r24 as r on d.day = r.day
    left join largest as l on d.day = l.day and l.place = 1
    left join {{ ref('int_simulated') }} as s on d.day = s.day
)

select * from final
