{{ config(incremental_strategy='replace_reached_days', reach=30) }}
{% set minutes_of_day = 1440 -%}
with waves as (
    select day, wave, total_usd, started_at, ended_at, {{ seconds_between('started_at', 'ended_at') }} / 60.0 as n_minutes
    from {{ ref('liquidation_waves') }} as w
    where {{ in_reach('w.day', 30) }}
),

minutes as (
    select * from {{ ref('int_liquidation_minutes') }} as m where {{ in_reach('m.day', 30) }}
),

inside as (
    select
        w.day, w.wave, m.venue, w.n_minutes, w.total_usd as wave_usd,
        {{ exact_sum('m.total_usd') }} as total_usd,
        {{ exact_sum('m.long_usd') }} as long_usd
    from waves as w
    inner join minutes as m on w.day = m.day and m.minute_at >= w.started_at and m.minute_at < w.ended_at
    group by w.day, w.wave, m.venue, w.n_minutes, w.total_usd
),

days as (
    select day, venue, {{ exact_sum('total_usd') }} as total_usd from minutes group by day, venue
),

in_waves as (
    select day, venue, {{ exact_sum('total_usd') }} as total_usd from inside group by day, venue
),

spans as (
    select day, {{ exact_sum('n_minutes') }} as n_minutes from waves group by day
),

-- what a minute outside of all waves of the day had on average at the venue
calm as (
    select d.day, d.venue, (d.total_usd - i.total_usd) / nullif({{ minutes_of_day }} - s.n_minutes, 0) as usd_a_minute
    from days as d
    inner join in_waves as i on d.day = i.day and d.venue = i.venue
    inner join spans as s on d.day = s.day
),

paced as (
    select
        i.*,
        i.total_usd / i.wave_usd as share_of_wave,
        i.total_usd / i.n_minutes / nullif(c.usd_a_minute, 0) as times_outside
    from inside as i
    inner join calm as c on i.day = c.day and i.venue = c.venue
),

final as (
    select
        day,
        wave,
        venue,
        total_usd,
        long_usd,
        share_of_wave,
        times_outside,
        share_of_wave >= 0.01 and coalesce(times_outside >= 4, true) as has_wave
    from paced
)

select * from final
