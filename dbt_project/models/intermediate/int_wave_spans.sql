-- When each wave begins, peaks and ends, and what it holds; for the days that look back on a build day.
with minutes as (
    select day, minute_at, {{ exact_sum('total_usd') }} as total_usd
    from {{ ref('int_liquidation_minutes') }} as m
    where {{ in_reach('m.day', 30) }}
    group by day, minute_at
),

hot as (
    select
        m.day,
        m.minute_at,
        coalesce(
            {{ seconds_between('lag(m.minute_at) over (partition by m.day order by m.minute_at)', 'm.minute_at') }} - 60 > 900, true
        ) as begins
    from minutes as m
    inner join {{ ref('int_liquidation_baseline') }} as b on m.day = b.day and hour(m.minute_at) = b.hour
    where (ln(1 + m.total_usd) - b.median_size) / b.spread > 4
),

numbered as (
    select *, sum(case when begins then 1 else 0 end) over (partition by day order by minute_at) as n from hot
),

spans as (
    select day, n, min(minute_at) as started_at, {{ add_seconds('max(minute_at)', 60) }} as ended_at
    from numbered
    group by day, n
),

sums as (
    select
        s.day, s.started_at, s.ended_at,
        {{ exact_sum('m.total_usd') }} as total_usd,
        {{ at_lowest('m.minute_at', '-m.total_usd', 'm.minute_at') }} as peak_at
    from spans as s
    inner join minutes as m on s.day = m.day and m.minute_at >= s.started_at and m.minute_at < s.ended_at
    group by s.day, s.started_at, s.ended_at
)

select s.*, s.total_usd / d.total_usd as share_of_day, row_number() over (partition by s.day order by s.started_at) as wave
from sums as s
inner join {{ ref('liquidations_market_daily') }} as d on s.day = d.day
where s.total_usd >= 0.05 * d.total_usd or s.total_usd >= 25000000
