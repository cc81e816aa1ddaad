-- Whether any file behind a day, or behind the day or the one before, says that its data is simulated.
with days as (
    select day, max(case when simulated then 1 else 0 end) as simulated
    from {{ ref('stg_raw__dump_files') }}
    group by day
),

reached as (
    select day, simulated as own, simulated as own_or_prior from days
    union all
    select {{ add_days('day', 1) }} as day, 0 as own, simulated as own_or_prior from days
)

select day, max(own) = 1 as simulated, max(own_or_prior) = 1 as simulated_with_prior
from reached
group by day
