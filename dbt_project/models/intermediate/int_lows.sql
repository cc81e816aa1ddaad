-- What a day's close and low are compared with: the lowest of the 30 and of the 90 days before, whole days alone.
with days as (
    select day, asset, close_usd, low_usd, {{ epoch_seconds(day_start('day')) }} as at_s
    from {{ ref('prices_daily') }} as p
    where is_continuous and {{ in_reach(add_days('p.day', 90), 180) }}
),

looked_back as (
    select
        day,
        asset,
        close_usd,
        low_usd,
        {% for n in (30, 90) -%}
        {% set before = '(partition by asset order by at_s range between ' ~ n * 86400 ~ ' preceding and 1 preceding)' -%}
        count(*) over {{ before }} as n_before_{{ n }}d,
        min(close_usd) over {{ before }} as lowest_close_{{ n }}d,
        min(low_usd) over {{ before }} as lowest_low_{{ n }}d{{ ',' if not loop.last }}
        {% endfor %}
    from days
)

select
    day,
    asset,
    {% for n in (30, 90) -%}
    case when n_before_{{ n }}d >= 0.98 * {{ n }} then close_usd <= lowest_close_{{ n }}d end as at_{{ n }}d_closing_low,
    case when n_before_{{ n }}d >= 0.98 * {{ n }} then low_usd <= lowest_low_{{ n }}d end as at_{{ n }}d_intraday_low{{ ',' if not loop.last }}
    {% endfor %}
from looked_back as l
where {{ in_reach('l.day', 90) }}
