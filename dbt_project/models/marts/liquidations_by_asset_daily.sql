with venues as (
    select * from {{ ref('liquidations_by_venue_daily') }} where {{ in_build_days() }}
),

largest as (
    select * from {{ ref('int_largest_orders') }}
),

open_prices as (
    select day, asset, open_usd from {{ ref('int_day_prices') }} where {{ in_build_days() }}
),

interest as (
    select day, asset, venue, {{ exact_sum('oi_coin_open') }} as oi_coin_open
    from {{ ref('int_open_interest_venues') }}
    group by day, asset, venue
),

-- Both sides of the ratio over the same venues; an aggregator's venues are not known.
held as (
    select
        v.day,
        v.asset,
        {{ exact_sum('v.total_usd') }} as total_usd,
        {{ exact_sum('v.long_usd') }} as long_usd,
        {{ exact_sum('v.short_usd') }} as short_usd,
        {{ exact_sum('i.oi_coin_open') }} as oi_coin_open
    from venues as v
    inner join interest as i on v.day = i.day and v.asset = i.asset and v.venue = i.venue
    where v.basis = 'orders'
    group by v.day, v.asset
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

shares as (
    select
        h.day,
        h.asset,
        {% for side in ['total', 'long', 'short'] -%}
        h.{{ side }}_usd / nullif(h.oi_coin_open * p.open_usd, 0) as {{ side }}_share{{ ',' if not loop.last }}
        {% endfor %}
    from held as h
    inner join assets as a on h.day = a.day and h.asset = a.asset and h.total_usd >= 0.9 * a.total_usd
    inner join open_prices as p on h.day = p.day and h.asset = p.asset
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
        h.total_share as pct_of_open_interest,
        h.long_share as long_pct_of_open_interest,
        h.short_share as short_pct_of_open_interest,
        a.basis,
        cast(a.n_venues as integer) as n_venues,
        a.simulated
    from assets as a
    left join largest as l on a.day = l.day and a.asset = l.asset
    left join shares as h on a.day = h.day and a.asset = h.asset
)

select * from final
