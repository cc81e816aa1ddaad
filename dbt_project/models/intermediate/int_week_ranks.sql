{{ config(materialized='ephemeral') }}
-- Seven comparable days in a row that end with a day, beside all such stretches of the same basis before it.
with days as (
    select * from {{ ref('int_comparable_days') }}
),

weeks as (
    select t.day, t.basis, {{ exact_sum('e.total_usd') }} as usd_7d
    from days as t
    inner join days as e on t.basis = e.basis and e.day <= t.day and e.day > {{ add_days('t.day', -7) }}
    group by t.day, t.basis
    having count(*) = 7
),

ranks as (
    select
        t.day,
        t.basis,
        t.usd_7d,
        1 + sum(case when e.usd_7d > t.usd_7d then 1 else 0 end) as rank_7d,
        count(*) as n_weeks,
        max(case when e.day < t.day and e.usd_7d >= t.usd_7d then e.day end) as last_as_bad
    from weeks as t
    inner join weeks as e on t.basis = e.basis and e.day <= t.day
    where {{ in_reach('t.day', var('all_later_days')) }}
    group by t.day, t.basis, t.usd_7d
),

days_between as (
    select r.day, count(*) as n_covered
    from ranks as r
    inner join days as e on r.basis = e.basis and e.day > r.last_as_bad and e.day < r.day
    group by r.day
)

select
    r.day,
    r.usd_7d,
    r.rank_7d,
    r.n_weeks,
    case when coalesce(b.n_covered, 0) >= 0.98 * ({{ days_between('r.last_as_bad', 'r.day') }} - 1) then r.last_as_bad end as worst_week_since
from ranks as r
left join days_between as b on r.day = b.day
