-- What the regime of a day is told by, side by side; for the days that a build day may change.
with liquidations as (
    select * from {{ ref('liquidations_market_daily') }} as l where {{ in_reach('l.day', 7) }}
),

caps as (
    select * from {{ ref('market_cap_total_daily') }} as c where c.universe = 'ex_stables' and {{ in_reach('c.day', 7) }}
),

btc as (
    select * from {{ ref('prices_daily') }} as p where p.asset = 'BTC' and p.is_closed and {{ in_reach('p.day', 7) }}
),

interest as (
    select
        l.day,
        {{ exact_sum('l.oi_usd_change_positions') }} / nullif({{ exact_sum('l.oi_usd_open') }}, 0) as oi_positions_change_pct
    from {{ ref('leverage_daily') }} as l
    where l.oi_usd_change_positions is not null and {{ in_reach('l.day', 7) }}
    group by l.day
),

seen as (
    select h.day, avg(case when h.state <> 'missing' then 1e0 else 0e0 end) as seen_share
    from {{ ref('coverage_hourly') }} as h
    inner join liquidations as l on h.day = l.day
    -- where every asset is an aggregator's, gaps in orders take nothing from the total
    where h.dataset = 'liquidation_bars' or (h.dataset = 'liquidations' and l.n_orders is not null)
    group by h.day
),

days as (
    select day from liquidations
    union
    select day from caps
    union
    select day from btc
)

select
    d.day,
    coalesce(c.change_pct, b.close_usd / b.open_usd - 1) as price_change_pct,
    coalesce(c.max_drawdown_pct, b.low_usd / b.open_usd - 1) as max_fall_pct,
    case when c.change_pct is not null then 'total cap ex stables' when b.day is not null then 'BTC' end as price_basis,
    i.oi_positions_change_pct,
    f.funding_8h_mean as funding_8h,
    l.total_usd,
    l.long_share,
    s.seen_share,
    coalesce(l.simulated, false) or coalesce(c.simulated, false) or coalesce(b.simulated, false) or coalesce(f.simulated, false)
        as simulated
from days as d
left join liquidations as l on d.day = l.day
left join caps as c on d.day = c.day
left join btc as b on d.day = b.day
left join interest as i on d.day = i.day
left join seen as s on d.day = s.day
left join {{ ref('funding_market_daily') }} as f on d.day = f.day
