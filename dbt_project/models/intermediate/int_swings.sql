-- Days whose low or high no other of the k days on either side reached, known once the last of these is over.
with days as (
    select p.day, p.asset, p.low_usd, p.high_usd, {{ days_between("cast('1970-01-01' as date)", 'p.day') }} as n
    from {{ ref('prices_daily') }} as p
    where {{ in_reach(add_days('p.day', 400), 776) }}
),

{% for k in [3, 5, 10] -%}
around_{{ k }} as (
    select
        *,
        min(low_usd) over (partition by asset order by n range between {{ k }} preceding and 1 preceding) as low_before,
        min(low_usd) over (partition by asset order by n range between 1 following and {{ k }} following) as low_after,
        max(high_usd) over (partition by asset order by n range between {{ k }} preceding and 1 preceding) as high_before,
        max(high_usd) over (partition by asset order by n range between 1 following and {{ k }} following) as high_after,
        count(*) over (partition by asset order by n range between {{ k }} preceding and {{ k }} following) as n_days
    from days
),

{% endfor -%}
swings as (
    {% for k in [3, 5, 10] -%}
    select asset, day as swing_day, {{ add_days('day', k) }} as known_day, low_usd as level_usd, 'swing low' as kind
    from around_{{ k }} where n_days = 2 * {{ k }} + 1 and low_usd < low_before and low_usd < low_after
    union all
    select asset, day, {{ add_days('day', k) }}, high_usd, 'swing high'
    from around_{{ k }} where n_days = 2 * {{ k }} + 1 and high_usd > high_before and high_usd > high_after
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select asset, swing_day, level_usd, kind, min(known_day) as known_day
from swings
group by asset, swing_day, level_usd, kind
