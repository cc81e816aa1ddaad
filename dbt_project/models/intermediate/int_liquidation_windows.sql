-- Busiest windows inside each build day, in steps of its coarsest figures; a window that is no whole number of steps is NULL.
{% set windows = [('1m', 60), ('5m', 300), ('15m', 900), ('1h', 3600), ('4h', 14400), ('12h', 43200)] -%}
with liquidations as (
    select
        *,
        max(resolution_s) over (partition by day) as step_s,
        {{ epoch_seconds('started_at') }} as started_s
    from {{ ref('int_liquidations') }}
    where {{ in_build_days() }}
),

steps as (
    select
        day,
        step_s,
        cast(floor(started_s * 1e0 / step_s) as bigint) * step_s as step_start_s,
        sum({{ exact('total_usd') }}) as total_usd
    from liquidations
    group by day, step_s, 3
),

sums as (
    select
        day,
        step_s,
        {{ epoch_seconds(day_start('day')) }} as day_start_s,
        step_start_s,
        {% for name, seconds in windows -%}
        cast(sum(total_usd) over (
            partition by day order by step_start_s range between {{ seconds - 60 }} preceding and current row
        ) as double) as usd_{{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from steps
),

busiest as (
    select
        day,
        step_s,
        {% for name, seconds in windows -%}
        max(usd_{{ name }}) as usd_{{ name }},
        {{ at_lowest('step_start_s', '-usd_' ~ name, 'step_start_s') }} + step_s - {{ seconds }} - day_start_s
            as start_{{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from sums
    group by day, step_s, day_start_s
)

select
    day,
    step_s,
    {% for name, seconds in windows -%}
    case when {{ seconds }} % step_s = 0 then usd_{{ name }} end as busiest_{{ name }}_usd,
    case when {{ seconds }} % step_s = 0 then {{ add_seconds(day_start('day'), 'greatest(0, start_' ~ name ~ ')') }} end
        as busiest_{{ name }}_at{{ ',' if not loop.last }}
    {% endfor %}
from busiest
