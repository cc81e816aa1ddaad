{{ config(materialized='incremental', incremental_strategy='replace_days') }}
-- BTC's open interest in coins at the start of the day and at the end of each hour, of the instruments that have both ends of the day; kept for
-- all days, since a flush reaches over three.
with instruments as (
    select day, venue, instrument, oi_coin_open from {{ ref('int_open_interest_venues') }} where asset = 'BTC'
),

hour_ends as (
    select day, venue, instrument, hour + 1 as n, oi_coin from {{ ref('int_open_interest_rows') }} where asset = 'BTC' and is_hour_end
),

-- where an hour was not observed, it stands as before
filled as (
    select
        i.day,
        c.n,
        coalesce(
            {{ last_known('h.oi_coin') }} over (
                partition by i.day, i.venue, i.instrument order by c.n rows between unbounded preceding and current row
            ),
            i.oi_coin_open
        ) as oi_coin
    from instruments as i
    cross join {{ numbers(25) }} as c
    left join hour_ends as h on i.day = h.day and i.venue = h.venue and i.instrument = h.instrument and c.n = h.n
)

select day, n, {{ add_seconds(day_start('day'), '3600 * n') }} as observed_at, {{ exact_sum('oi_coin') }} as oi_coin
from filled
group by day, n
