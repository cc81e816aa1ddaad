-- Candidates that the day's prices reached, with the side they were reached from and the next candidate beyond.
with neighbours as (
    select
        *,
        lag(level_usd) over (partition by day, asset order by level_usd) as below_usd,
        lead(level_usd) over (partition by day, asset order by level_usd) as above_usd
    from {{ ref('int_level_candidates') }}
),

days as (
    select * from {{ ref('int_day_prices') }} where {{ in_build_days() }}
)

select
    n.day,
    n.asset,
    n.level_usd,
    n.kinds,
    d.close_usd,
    case when d.open_usd >= n.level_usd then 'support' else 'resistance' end as side,
    case when d.open_usd >= n.level_usd then n.below_usd else n.above_usd end as next_level_usd,
    case when d.open_usd >= n.level_usd then 1 else -1 end as sign
from neighbours as n
inner join days as d on n.day = d.day and n.asset = d.asset
where
    (d.open_usd >= n.level_usd and d.low_usd <= n.level_usd)
    or (d.open_usd < n.level_usd and d.high_usd >= n.level_usd)
