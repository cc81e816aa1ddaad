-- Levels known before the day began: round numbers near its first price, and the extremes of the day before.
with days as (
    select day, asset, open_usd from {{ ref('int_day_prices') }} where {{ in_build_days() }}
),

prior as (
    select {{ add_days('day', 1) }} as day, asset, high_usd, low_usd from {{ ref('int_day_prices') }}
),

rounds as (
    select
        d.day,
        d.asset,
        round((floor(d.open_usd / g.step_usd) + n.n - 40) * g.step_usd, 10) as level_usd,
        'round number' as kind
    from days as d
    inner join {{ ref('round_number_grid') }} as g on d.open_usd >= g.price_from_usd and d.open_usd < g.price_until_usd
    cross join {{ numbers(82) }} as n
),

candidates as (
    select day, asset, level_usd, kind from rounds where level_usd > 0
    union all
    select d.day, d.asset, p.low_usd, 'prior day low' from days as d inner join prior as p on d.day = p.day and d.asset = p.asset
    union all
    select d.day, d.asset, p.high_usd, 'prior day high' from days as d inner join prior as p on d.day = p.day and d.asset = p.asset
)

select day, asset, level_usd, {{ listed('kind') }} as kinds
from candidates
group by day, asset, level_usd
