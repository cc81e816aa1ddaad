{% set lows = [30, 90, 365] -%}
{% set means = [20, 50, 100, 200] -%}
-- What the days before a day say of its levels: extremes, means and the usual range; for the days that a build day may change.
with days as (
    select p.*, {{ days_between("cast('1970-01-01' as date)", 'p.day') }} as n
    from {{ ref('prices_daily') }} as p
    where {{ in_reach(add_days('p.day', 400), 776) }}
),

closed as (
    select *, max(case when is_closed then close_usd end) {{ over_days_before(1) }} as close_before from days
),

ranged as (
    select *, greatest(high_usd, coalesce(close_before, high_usd)) - least(low_usd, coalesce(close_before, low_usd)) as true_range_usd
    from closed
),

windows as (
    select
        day,
        asset,
        open_usd,
        case when count(*) {{ over_days_before(14) }} >= 10 then avg(true_range_usd) {{ over_days_before(14) }} end as atr_usd,
        max(low_usd) {{ over_days_before(1) }} as low_1d_usd,
        max(high_usd) {{ over_days_before(1) }} as high_1d_usd,
        simulated or coalesce(max(case when simulated then 1 else 0 end) {{ over_days_before(376) }} = 1, false) as simulated
        {%- for days in lows %},
        case when count(*) {{ over_days_before(days) }} >= 0.9 * {{ days }} then min(low_usd) {{ over_days_before(days) }} end as low_{{ days }}d_usd,
        case when count(*) {{ over_days_before(days) }} >= 0.9 * {{ days }} then max(high_usd) {{ over_days_before(days) }} end as high_{{ days }}d_usd
        {%- endfor %}
        {%- for days in means %},
        case
            when count(case when is_closed then 1 end) {{ over_days_before(days) }} >= 0.9 * {{ days }}
                then avg(case when is_closed then close_usd end) {{ over_days_before(days) }}
        end as mean_{{ days }}d_usd
        {%- endfor %}
    from ranged
)

select * from windows as w where {{ in_reach('w.day', 376) }}
