-- Days whose liquidations make them an event, beside each of the days that decide whether the flush is over.
with days as (
    select * from {{ ref('regime_daily') }} as d where {{ in_reach('d.day', 365, ahead=2) }}
),

history as (
    select day, basis, total_usd, percentile_365d, robust_z from {{ ref('event_history') }}
),

events as (
    select d.day, d.long_share, d.simulated, h.basis, h.total_usd
    from days as d
    left join history as h on d.day = h.day
    where d.regime = 'long_flush' or (h.percentile_365d >= 0.95 and h.robust_z is not null)
),

leverage as (
    select day, funding_8h_open, funding_8h_close from {{ ref('leverage_daily') }} where asset = 'BTC'
),

closes as (
    select day, close_usd from {{ ref('prices_daily') }} where asset = 'BTC' and is_closed
),

supports as (
    select
        day,
        max(level_usd) as highest_reached_usd,
        max(case when break_kind = 'daily_close' then level_usd end) as highest_broken_usd,
        min(case when break_kind = 'daily_close' then level_usd end) as lowest_broken_usd
    from {{ ref('level_breaks') }}
    where asset = 'BTC' and side = 'support' and kinds <> 'minor round number'
    group by day
)

select
    e.day,
    e.long_share,
    e.simulated or coalesce(r.simulated, false) as simulated,
    n.n as days_later,
    {{ add_days('e.day', 'n.n') }} as judged_on,
    t.funding_8h_open as funding_before,
    t.funding_8h_close as funding_after_event,
    x.funding_8h_close as funding_after,
    h.total_usd / nullif(e.total_usd, 0) as total_ratio,
    c.close_usd,
    s.highest_reached_usd,
    s.highest_broken_usd,
    s.lowest_broken_usd
from events as e
cross join {{ numbers(3) }} as n
left join {{ ref('regime_daily') }} as r on r.day = {{ add_days('e.day', 'n.n') }}
left join leverage as t on e.day = t.day
left join leverage as x on x.day = {{ add_days('e.day', 'n.n') }}
left join history as h on h.day = {{ add_days('e.day', 'n.n') }} and h.basis = e.basis
left join closes as c on c.day = {{ add_days('e.day', 'n.n') }}
left join supports as s on e.day = s.day
