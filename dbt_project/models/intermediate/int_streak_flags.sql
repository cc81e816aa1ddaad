-- Per day, what may go on for days: the total cap fell or rose, more was liquidated than the median of the 30 days before.
with days as (
    select day, basis, total_usd from {{ ref('event_history') }} as h where {{ in_reach('h.day', 370, ahead=60) }}
),

medians as (
    select d.day, case when count(*) >= 20 then median(e.total_usd) end as median_30d_usd
    from days as d
    inner join {{ ref('event_history') }} as e
        on d.basis = e.basis and e.day < d.day and e.day >= {{ add_days('d.day', -30) }}
    group by d.day
),

caps as (
    select day, change_pct from {{ ref('market_cap_total_daily') }} as c where universe = 'all' and {{ in_reach('c.day', 370, ahead=60) }}
),

market as (
    select day from {{ ref('liquidations_market_daily') }} as l where {{ in_reach('l.day', 370, ahead=60) }}
),

known as (
    select day from market
    union
    select day from caps
)

select
    k.day,
    c.change_pct < 0 as cap_fell,
    c.change_pct > 0 as cap_rose,
    d.total_usd > m.median_30d_usd as was_above_median,
    m.median_30d_usd
from known as k
left join days as d on k.day = d.day
left join medians as m on k.day = m.day
left join caps as c on k.day = c.day
