{% set columns = {
    'prior day low': 'low_1d_usd', 'prior day high': 'high_1d_usd',
    '30 day low': 'low_30d_usd', '30 day high': 'high_30d_usd', '90 day low': 'low_90d_usd', '90 day high': 'high_90d_usd',
    '365 day low': 'low_365d_usd', '365 day high': 'high_365d_usd',
    '20 day mean': 'mean_20d_usd', '50 day mean': 'mean_50d_usd', '100 day mean': 'mean_100d_usd', '200 day mean': 'mean_200d_usd',
} -%}
{% set profile = {
    'point of control': 'point_of_control_usd', 'value area low': 'value_area_low_usd', 'value area high': 'value_area_high_usd',
} -%}
-- Levels known before a day began, each by what makes it one.
with days as (
    select * from {{ ref('int_level_windows') }}
),

-- a grid finer than what is merged is none
rounds as (
    select d.day, d.asset, g.kind, g.step_usd, round((floor(d.open_usd / g.step_usd) + n.n - 40) * g.step_usd, 10) as level_usd
    from days as d
    inner join {{ ref('round_number_grid') }} as g
        on d.open_usd >= g.price_from_usd and d.open_usd < g.price_until_usd and g.step_usd > 0.25 * coalesce(d.atr_usd, 0)
    cross join {{ numbers(82) }} as n
),

{% for period, n_days in [('week', 6), ('month', 27)] -%}
{{ period }}s as (
    select
        p.asset,
        cast(date_trunc('{{ period }}', p.day) as date) as began,
        min(p.low_usd) as low_usd,
        max(p.high_usd) as high_usd
    from {{ ref('prices_daily') }} as p
    where {{ in_reach(add_days('p.day', 400), 776) }}
    group by p.asset, cast(date_trunc('{{ period }}', p.day) as date)
    having count(*) >= {{ n_days }}
),

prior_{{ period }} as (
    select d.day, d.asset, p.low_usd, p.high_usd
    from days as d
    inner join {{ period }}s as p
        on d.asset = p.asset
        and p.began = cast(date_trunc('{{ period }}', {{ add_days("cast(date_trunc('" ~ period ~ "', d.day) as date)", -1) }}) as date)
),

{% endfor -%}
candidates as (
    select day, asset, level_usd, {{ at_lowest('kind', '-step_usd', 'kind') }} as kind from rounds where level_usd > 0 group by day, asset, level_usd
    {% for kind, column in columns.items() -%}
    union all
    select day, asset, {{ column }}, '{{ kind }}' from days
    {% endfor -%}
    {% for period in ['week', 'month'] -%}
    union all
    select day, asset, low_usd, 'prior {{ period }} low' from prior_{{ period }}
    union all
    select day, asset, high_usd, 'prior {{ period }} high' from prior_{{ period }}
    {% endfor -%}
    {% for kind, column in profile.items() -%}
    union all
    select day, asset, {{ column }}, '{{ kind }}' from {{ ref('int_volume_profile') }}
    {% endfor -%}
    union all
    select d.day, d.asset, s.level_usd, s.kind
    from days as d
    inner join {{ ref('int_swings') }} as s
        on d.asset = s.asset and s.known_day < d.day and s.swing_day >= {{ add_days('d.day', -365) }}
)

select c.day, c.asset, c.level_usd, c.kind
from candidates as c
inner join days as d on c.day = d.day and c.asset = d.asset
where c.level_usd is not null and (c.kind like '%round number' or abs(ln(c.level_usd / d.open_usd)) < 0.35)
