with liquidations as (
    select * from {{ ref('int_liquidations') }} where {{ in_build_days() }}
),

coverage as (
    select * from {{ ref('int_liquidation_coverage') }} where hours_complete + hours_partial > 0
),

windows as (
    select * from {{ ref('int_liquidation_windows') }} where {{ in_build_days() }}
),

totals as (
    select
        day,
        sum(total_usd) as total_usd,
        sum(long_usd) as long_usd,
        sum(short_usd) as short_usd,
        sum(n_orders) as n_orders,
        count(distinct asset) as n_assets,
        max(resolution_s) as resolution_s
    from liquidations
    group by day
),

covered as (
    select day, count(distinct venue) as n_venues, max(case when is_aggregated then 1 else 0 end) as has_bars
    from coverage
    where {{ in_build_days() }}
    group by day
),

used as (
    select day, count(distinct venue) as n_venues from liquidations group by day
),

peaks as (
    select
        day,
        {% for name in ['1m', '5m', '1h', '4h', '12h', '24h'] -%}
        max(usd_{{ name }}) as usd_{{ name }},
        max_by(started_at, usd_{{ name }}) as last_{{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from windows
    group by day
),

previous as (
    select distinct {{ add_days('day', 1) }} as day from coverage
),

largest as (
    select
        day,
        max(notional_usd) as notional_usd,
        max_by(asset, notional_usd) as asset,
        max_by(venue, notional_usd) as venue,
        max_by(occurred_at, notional_usd) as occurred_at
    from {{ ref('int_largest_orders') }}
    group by day
)

select
    c.day,
    coalesce(t.total_usd, 0) as total_usd,
    coalesce(t.long_usd, 0) as long_usd,
    coalesce(t.short_usd, 0) as short_usd,
    t.long_usd / nullif(t.total_usd, 0) as long_share,
    cast(t.n_orders as bigint) as n_orders,
    cast(coalesce(u.n_venues, c.n_venues) as integer) as n_venues,
    cast(coalesce(t.n_assets, 0) as integer) as n_assets,
    case when v.day is not null then p.usd_24h end as r24_max_usd,
    case when v.day is not null then {{ add_seconds('p.last_24h', 't.resolution_s') }} end as r24_max_at,
    {% for name, seconds in [('1m', 60), ('5m', 300), ('1h', 3600), ('4h', 14400), ('12h', 43200)] -%}
    case when t.resolution_s <= {{ seconds }} then p.usd_{{ name }} end as busiest_{{ name }}_usd,
    case when t.resolution_s <= {{ seconds }} then {{ add_seconds('p.last_' ~ name, 't.resolution_s - ' ~ seconds) }} end
        as busiest_{{ name }}_at,
    {% endfor -%}
    l.notional_usd as largest_order_usd,
    l.asset as largest_order_asset,
    l.venue as largest_order_venue,
    l.occurred_at as largest_order_at,
    cast(t.resolution_s as integer) as resolution_s,
    coalesce(s.simulated, false) as simulated
from covered as c
left join totals as t on c.day = t.day
left join used as u on c.day = u.day
left join peaks as p on c.day = p.day
left join previous as v on c.day = v.day
left join largest as l on c.day = l.day
left join {{ ref('int_simulated') }} as s on c.day = s.day
