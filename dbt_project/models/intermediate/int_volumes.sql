-- Traded USD of an asset by clock hour: the sum over the venues of the one series that each counts with.
select
    day,
    asset,
    date_trunc('hour', open_at) as open_at,
    {{ exact_sum('volume_usd') }} as volume_usd,
    count(distinct venue) as n_venues
from {{ ref('int_bars') }}
where volume_usd is not null
group by day, asset, date_trunc('hour', open_at)
