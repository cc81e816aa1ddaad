-- Levels that the day's prices reached, with the side they were reached from and the next level beyond.
with neighbours as (
    select
        *,
        lag(level_usd) over (partition by day, asset order by level_usd) as below_usd,
        lead(level_usd) over (partition by day, asset order by level_usd) as above_usd
    from {{ ref('int_levels') }}
),

days as (
    select p.day, p.asset, p.open_usd, p.high_usd, p.low_usd, p.close_usd, p.is_closed, w.atr_usd, w.simulated
    from {{ ref('prices_daily') }} as p
    inner join {{ ref('int_level_windows') }} as w on p.day = w.day and p.asset = w.asset
)

select
    n.day,
    n.asset,
    n.level_usd,
    n.kinds,
    n.n_methods,
    n.is_well_watched,
    d.close_usd,
    d.is_closed,
    d.atr_usd,
    d.simulated,
    case when d.open_usd >= n.level_usd then 'support' else 'resistance' end as side,
    case when d.open_usd >= n.level_usd then n.below_usd else n.above_usd end as next_level_usd,
    case when d.open_usd >= n.level_usd then 1 else -1 end as sign
from neighbours as n
inner join days as d on n.day = d.day and n.asset = d.asset
where
    (d.open_usd >= n.level_usd and d.low_usd <= n.level_usd)
    or (d.open_usd < n.level_usd and d.high_usd >= n.level_usd)
