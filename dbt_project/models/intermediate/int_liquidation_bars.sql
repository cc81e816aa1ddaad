-- Bars of one aggregator per asset and day, since two of them count the same venues: the one that covers most, then the finest.
with bars as (
    select * from {{ ref('stg_raw__liquidation_bars') }}
),

series as (
    select
        day, asset, venue, interval_s,
        row_number() over (
            partition by day, asset order by count(distinct open_at) * interval_s desc, interval_s, venue
        ) as place
    from bars
    group by day, asset, venue, interval_s
    having sum(long_usd + short_usd) > 0
)

select
    b.day,
    b.venue,
    b.asset,
    b.open_at,
    b.interval_s,
    {{ exact_sum('b.long_usd') }} as long_usd,
    {{ exact_sum('b.short_usd') }} as short_usd
from bars as b
inner join series as s
    on b.day = s.day and b.asset = s.asset and b.venue = s.venue and b.interval_s = s.interval_s and s.place = 1
group by b.day, b.venue, b.asset, b.open_at, b.interval_s
