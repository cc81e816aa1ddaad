-- How far BTC's open interest in coins fell from its peak before an event, within 48 hours, as of the end of the event day and of the next one.
with events as (
    select e.day, min(coalesce(w.started_at, {{ day_start(add_days('e.day', 1)) }})) as begins_at
    from {{ ref('int_reset_events') }} as e
    left join {{ ref('liquidation_waves') }} as w on e.day = w.day
    group by e.day
),

hours as (
    select * from {{ ref('int_open_interest_hours') }}
),

ends as (
    select day, max(case when n = 0 then oi_coin end) as oi_coin_open, max(case when n = 24 then oi_coin end) as oi_coin_close
    from hours
    group by day
),

-- the event day begins at 1: days are chained, as venues may come and go
chained as (
    select
        e.day,
        e.begins_at,
        h.day as on_day,
        h.observed_at,
        case
            when h.day < e.day then h.oi_coin / nullif(x.oi_coin_close, 0)
            when h.day = e.day then h.oi_coin / nullif(t.oi_coin_open, 0)
            else h.oi_coin / nullif(x.oi_coin_open, 0) * t.oi_coin_close / nullif(t.oi_coin_open, 0)
        end as level
    from events as e
    inner join ends as t on e.day = t.day
    inner join hours as h on h.day >= {{ add_days('e.day', -1) }} and h.day <= {{ add_days('e.day', 1) }}
    inner join ends as x on h.day = x.day
),

judged as (
    select distinct c.day, c.on_day as judged_on from chained as c where c.on_day >= c.day
)

select j.day, {{ days_between('j.day', 'j.judged_on') }} as days_later, min(low.level / nullif(high.level, 0) - 1) as oi_fall
from judged as j
inner join chained as high on j.day = high.day and high.on_day <= j.day and high.observed_at <= high.begins_at
inner join chained as low
    on j.day = low.day and low.on_day >= j.day and low.on_day <= j.judged_on
    and low.observed_at > high.observed_at and low.observed_at <= {{ add_seconds('high.observed_at', 48 * 3600) }}
group by j.day, j.judged_on
