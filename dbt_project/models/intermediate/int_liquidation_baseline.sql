-- What a minute of each hour usually has, as log(1 + USD): median and spread over the same hour of the 30 days before, or, with
-- fewer than 10 of them known, over the day itself. Minutes without a liquidation count as zeros.
with days as (
    select day, total_usd from {{ ref('liquidations_market_daily') }} where resolution_s = 60 or total_usd = 0
),

minutes as (
    select day, cast(hour(minute_at) as integer) as hour, minute_at, ln(1 + {{ exact_sum('total_usd') }}) as size
    from {{ ref('int_liquidation_minutes') }} as m
    where {{ in_reach(add_days('m.day', 30), 60) }}
    group by day, minute_at
),

compared as (
    select
        t.day,
        p.day as past_day,
        count(p.day) over (partition by t.day) >= 10 as has_history
    from days as t
    left join days as p on p.day < t.day and p.day >= {{ add_days('t.day', -30) }}
    where {{ in_reach('t.day', 30) }} and t.total_usd > 0
),

scope as (
    select day, past_day, n.n as from_hour, n.n as hour
    from compared cross join {{ numbers(24) }} as n
    where has_history
    union all
    select distinct c.day, c.day as past_day, f.n as from_hour, n.n as hour
    from compared as c cross join {{ numbers(24) }} as n cross join {{ numbers(24) }} as f
    where not c.has_history
),

clock as (
    select n as minute from {{ numbers(60) }}
),

numbered as (
    select day, hour, size, row_number() over (partition by day, hour order by minute_at) - 1 as minute from minutes
),

sizes as (
    select s.day, s.hour, coalesce(m.size, 0) as size
    from scope as s
    cross join clock as c
    left join numbered as m on s.past_day = m.day and s.from_hour = m.hour and c.minute = m.minute
),

middle as (
    select day, hour, median(size) as median_size from sizes group by day, hour
)

select
    s.day,
    s.hour,
    m.median_size,
    -- 1.4826 makes the median absolute deviation, 1.2533 the mean one, that of a normal distribution (Iglewicz and Hoaglin 1993)
    coalesce(
        nullif(1.4826 * median(abs(s.size - m.median_size)), 0), nullif(1.2533 * {{ exact_sum('abs(s.size - m.median_size)') }} / count(*), 0), 1
    ) as spread
from sizes as s
inner join middle as m on s.day = m.day and s.hour = m.hour
group by s.day, s.hour, m.median_size
