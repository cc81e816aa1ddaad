{{ config(incremental_strategy='replace_reached_days', reach=370) }}
{% set streaks = [('cap_fell', 'cap_falling_days'), ('cap_rose', 'cap_rising_days'), ('was_above_median', 'above_median_days')] -%}
with flags as (
    select *, lag(day) over (order by day) = {{ add_days('day', -1) }} as follows from {{ ref('int_streak_flags') }}
),

-- the last day up to each one on which the streak did not go on; before a gap it could not
breaks as (
    select
        *,
        {% for flag, column in streaks -%}
        max(
            case when not coalesce({{ flag }}, false) then day when not coalesce(follows, false) then {{ add_days('day', -1) }} end
        ) over (order by day rows between unbounded preceding and current row) as {{ flag }}_broke{{ ',' if not loop.last }}
        {% endfor %}
    from flags
),

large as (
    select
        t.day,
        sum(case when e.day > {{ add_days('t.day', -7) }} and e.total_usd > 1e9 then 1 else 0 end) as over_1b_7d,
        sum(case when e.day > {{ add_days('t.day', -7) }} then 1 else 0 end) as n_days_7d,
        sum(case when e.total_usd > 1e9 then 1 else 0 end) as over_1b_30d,
        count(*) as n_days_30d,
        max(case when e.simulated then 1 else 0 end) = 1 as simulated
    from {{ ref('liquidations_market_daily') }} as t
    inner join {{ ref('liquidations_market_daily') }} as e on e.day <= t.day and e.day > {{ add_days('t.day', -30) }}
    where {{ in_reach('t.day', 370) }}
    group by t.day
),

weeks as (
    select t.day, t.usd_7d, 1 + sum(case when e.usd_7d > t.usd_7d then 1 else 0 end) as rank_7d, count(*) as n_weeks
    from {{ ref('event_history') }} as t
    inner join {{ ref('event_history') }} as e
        on t.basis = e.basis and e.day <= t.day and e.day > {{ add_days('t.day', -365) }} and e.usd_7d is not null
    where t.usd_7d is not null and {{ in_reach('t.day', 370) }}
    group by t.day, t.usd_7d
),

final as (
    select
        b.day,
        {% for flag, column in streaks -%}
        cast(case when b.{{ flag }} is not null then least({{ days_between('b.' ~ flag ~ '_broke', 'b.day') }}, 60) end as integer)
            as {{ column }},
        {% endfor -%}
        b.median_30d_usd,
        cast(l.over_1b_7d as integer) as over_1b_7d,
        cast(l.n_days_7d as integer) as n_days_7d,
        cast(l.over_1b_30d as integer) as over_1b_30d,
        cast(l.n_days_30d as integer) as n_days_30d,
        w.usd_7d,
        cast(w.rank_7d as integer) as rank_7d,
        cast(w.n_weeks as integer) as n_weeks,
        coalesce(l.simulated, false) or coalesce(c.simulated, false) as simulated
    from breaks as b
    left join large as l on b.day = l.day
    left join weeks as w on b.day = w.day
    left join {{ ref('market_cap_total_daily') }} as c on b.day = c.day and c.universe = 'all'
    where {{ in_reach('b.day', 370) }}
)

select * from final
