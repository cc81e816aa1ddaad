-- Sums over trailing windows ending with each minute or bar; a window shorter than the coarsest bar of the day is NULL.
with minutes as (
    select started_at, max(resolution_s) as resolution_s, sum(total_usd) as total_usd
    from {{ ref('int_liquidations') }}
    group by started_at
),

sums as (
    select
        started_at,
        resolution_s,
        total_usd as usd_1m,
        {% for name, minutes in [('5m', 4), ('1h', 59), ('4h', 239), ('12h', 719), ('24h', 1439)] -%}
        sum(total_usd) over (
            order by started_at range between interval '{{ minutes }} minutes' preceding and current row
        ) as usd_{{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from minutes
)

select
    cast(started_at as date) as day,
    *
from sums
