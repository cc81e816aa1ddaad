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
    select day, universe, {{ at_lowest('observed_at', 'cap_usd / peak_usd', 'observed_at') }} as trough_at
    from peaks
    group by day, universe
),

deepest as (
    select t.day, t.universe, t.trough_at, p.cap_usd as trough_usd, p.peak_usd
    from troughs as t
    inner join peaks as p on t.day = p.day and t.universe = p.universe and t.trough_at = p.observed_at
)

select
    d.day,
    d.universe,
    d.trough_at,
    d.trough_usd,
    d.peak_usd,
    min(p.observed_at) as peak_at
from deepest as d
inner join peaks as p
    on d.day = p.day and d.universe = p.universe and p.cap_usd = d.peak_usd and p.observed_at <= d.trough_at
group by d.day, d.universe, d.trough_at, d.trough_usd, d.peak_usd
