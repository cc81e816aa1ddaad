-- Deepest fall of the total inside the day, at synchronised instants.
with peaks as (
    select
        *,
        max(cap_usd) over (
            partition by day, universe order by observed_at rows between unbounded preceding and current row
        ) as peak_usd
    from {{ ref('int_market_cap_points') }}
),

troughs as (
    select
        day,
        universe,
        min_by(observed_at, cap_usd / peak_usd) as trough_at,
        min_by(cap_usd, cap_usd / peak_usd) as trough_usd,
        min_by(peak_usd, cap_usd / peak_usd) as peak_usd
    from peaks
    group by day, universe
)

select
    t.day,
    t.universe,
    t.trough_at,
    t.trough_usd,
    t.peak_usd,
    min(p.observed_at) as peak_at
from troughs as t
inner join peaks as p
    on t.day = p.day and t.universe = p.universe and p.cap_usd = t.peak_usd and p.observed_at <= t.trough_at
group by t.day, t.universe, t.trough_at, t.trough_usd, t.peak_usd
