-- Premium of a perpetual over its index: one series of bars per venue, asset and build day.
with bars as (
    select * from {{ ref('stg_raw__reference_prices') }} where {{ in_build_days() }}
),

-- mark and index bars meet only at their ends: what their ratio was in between is not known
derived as (
    select
        m.day, m.venue, m.symbol, m.open_at, m.interval_s, 'mark over index' as measured_as,
        m.open / i.open - 1 as open,
        greatest(m.open / i.open, m.close / i.close) - 1 as high,
        least(m.open / i.open, m.close / i.close) - 1 as low,
        m.close / i.close - 1 as close
    from bars as m
    inner join bars as i
        on m.venue = i.venue and m.symbol = i.symbol and m.open_at = i.open_at and m.interval_s = i.interval_s
        and m.kind = 'mark' and i.kind = 'index'
),

premiums as (
    select day, venue, symbol, open_at, interval_s, 'premium index' as measured_as, open, high, low, close
    from bars
    where kind = 'premium'
    union all
    select day, venue, symbol, open_at, interval_s, measured_as, open, high, low, close from derived
),

named as (
    select p.*, i.base as asset
    from premiums as p
    inner join {{ ref('int_instruments') }} as i
        on p.venue = i.venue and p.symbol = i.symbol and p.day >= i.valid_from and p.day < i.valid_until
),

series as (
    select day, venue, asset, symbol, measured_as, interval_s, count(distinct open_at) * interval_s as covered_s
    from named
    group by day, venue, asset, symbol, measured_as, interval_s
),

reach as (
    select s.*, o.oi_coin_open, max(s.covered_s) over (partition by s.day, s.venue, s.asset) as best_s
    from series as s
    left join {{ ref('int_open_interest_venues') }} as o on s.day = o.day and s.venue = o.venue and s.symbol = o.instrument
),

ranked as (
    select
        *,
        row_number() over (
            partition by day, venue, asset
            order by coalesce(oi_coin_open, 0) desc, symbol, measured_as desc, interval_s
        ) as place
    from reach
    where covered_s + {{ var('longest_carry_s') }} >= best_s
)

select n.*, r.covered_s
from named as n
inner join ranked as r
    on n.day = r.day and n.venue = r.venue and n.asset = r.asset and n.symbol = r.symbol and n.measured_as = r.measured_as
    and n.interval_s = r.interval_s and r.place = 1
