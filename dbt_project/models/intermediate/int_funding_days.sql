-- Per day: the rate that was settled at its start, and the last one that it led to (at the next midnight where that is known).
with days as (
    select day from {{ source('raw', 'build_days') }}
),

of_day as (
    select d.day, f.*
    from {{ ref('int_funding') }} as f
    inner join days as d
        on f.settled_at >= {{ day_start('d.day') }} and f.settled_at <= {{ day_start(add_days('d.day', 1)) }}
),

venues as (
    select
        day, venue, asset,
        min_by(rate_8h, settled_at) as funding_8h_open,
        max_by(rate_8h, settled_at) as funding_8h_close
    from of_day
    group by day, venue, asset
)

select
    day,
    asset,
    avg(funding_8h_open) as funding_8h_open,
    avg(funding_8h_close) as funding_8h_close,
    count(*) as n_venues
from venues
group by day, asset
