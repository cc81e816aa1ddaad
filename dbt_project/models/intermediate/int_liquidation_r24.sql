-- Largest sum over 24 hours that end within a build day, read with the day before; no row where that was not loaded.
with liquidations as (
    select day, started_at, resolution_s, total_usd from {{ ref('int_liquidations') }}
),

days as (
    select distinct b.day
    from (select distinct day from {{ ref('int_liquidation_coverage') }} where {{ in_build_days() }}) as b
    inner join {{ ref('int_liquidation_coverage') }} as p
        on p.day = {{ add_days('b.day', -1) }} and p.hours_complete + p.hours_partial > 0
),

-- a day's largest sum may stand right at its start, before anything happens: hence the row of nothing
events as (
    select d.day, l.started_at, l.resolution_s, l.total_usd
    from days as d
    inner join liquidations as l on l.day = d.day or l.day = {{ add_days('d.day', -1) }}
    union all
    select day, {{ day_start('day') }} as started_at, 60 as resolution_s, 0 as total_usd from days
),

stepped as (
    select *, max(resolution_s) over (partition by day) as step_s, {{ epoch_seconds('started_at') }} as started_s
    from events
),

steps as (
    select
        day,
        step_s,
        cast(floor(started_s * 1e0 / step_s) as bigint) * step_s - {{ epoch_seconds(day_start('day')) }} as step_start_s,
        sum({{ exact('total_usd') }}) as total_usd
    from stepped
    group by day, step_s, 3
),

sums as (
    select
        day,
        step_s,
        step_start_s,
        cast(sum(total_usd) over (
            partition by day order by step_start_s range between 86340 preceding and current row
        ) as double) as usd
    from steps
)

select
    day,
    max(usd) as r24_max_usd,
    {{ add_seconds(day_start('day'), at_lowest('step_start_s', '-usd', 'step_start_s') ~ ' + step_s') }} as r24_max_at
from sums
where step_start_s >= 0
group by day, step_s
