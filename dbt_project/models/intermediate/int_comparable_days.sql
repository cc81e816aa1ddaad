{{ config(materialized='incremental', incremental_strategy='replace_reached_days', reach=7) }}
-- Days whose liquidations can be compared: what was read of which venues, and what these report at that time.
with days as (
    select day, total_usd, long_share, n_orders is null as is_aggregated 
    from {{ ref('liquidations_market_daily') }} as m
    where {{ in_reach('m.day', 7) }}
),

venues as (
    select distinct day, venue, dataset = 'liquidation_bars' as is_aggregated
    from {{ ref('coverage_hourly') }} as c
    where dataset in ('liquidations', 'liquidation_bars') and state <> 'missing' and {{ in_reach('c.day', 7) }}
),

hours as (
    select day, count(distinct hour) as hours_covered
    from {{ ref('coverage_hourly') }} as c
    where dataset in ('liquidations', 'liquidation_bars') and state <> 'missing' and {{ in_reach('c.day', 7) }}
    group by day
),

interest as (
    select day, {{ exact_sum('total_usd') }} / nullif({{ exact_sum('total_usd / nullif(pct_of_open_interest, 0)') }}, 0) as share_of_oi
    from {{ ref('liquidations_by_asset_daily') }} as a
    where pct_of_open_interest is not null and {{ in_reach('a.day', 7) }}
    group by day
),

named as (
    select v.day, v.venue || ' ' || coalesce(r.reports, 'unknown') as venue
    from venues as v
    inner join days as d on v.day = d.day and v.is_aggregated = d.is_aggregated
    left join {{ ref('reporting_regimes') }} as r on v.venue = r.venue and v.day >= r.valid_from and v.day < r.valid_until
),

sets as (
    select day, {{ listed('venue') }} as basis from named group by day
)

select d.day, d.total_usd, d.long_share, i.share_of_oi, s.basis
from days as d
inner join sets as s on d.day = s.day
inner join hours as h on d.day = h.day and h.hours_covered = 24
left join interest as i on d.day = i.day
