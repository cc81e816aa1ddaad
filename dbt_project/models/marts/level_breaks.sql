with candidates as (
    select * from {{ ref('int_level_candidates') }}
),

neighbours as (
    select
        *,
        lag(level_usd) over (partition by day, asset order by level_usd) as below_usd,
        lead(level_usd) over (partition by day, asset order by level_usd) as above_usd
    from candidates
),

days as (
    select * from {{ ref('int_day_prices') }} where {{ in_build_days() }}
),

broken as (
    select
        n.day, n.asset, n.level_usd, n.kinds, d.close_usd,
        case when d.open_usd >= n.level_usd then 'support' else 'resistance' end as side,
        case when d.open_usd >= n.level_usd then n.below_usd else n.above_usd end as next_level_usd,
        case when d.open_usd >= n.level_usd then 1 else -1 end as sign
    from neighbours as n
    inner join days as d on n.day = d.day and n.asset = d.asset
    where (d.open_usd >= n.level_usd and d.low_usd <= n.level_usd)
        or (d.open_usd < n.level_usd and d.high_usd >= n.level_usd)
),

touched as (
    select b.day, b.asset, b.level_usd, min(p.open_at) as broke_at
    from broken as b
    inner join {{ ref('int_prices') }} as p on b.day = p.day and b.asset = p.asset
        and ((b.sign = 1 and p.low_usd <= b.level_usd) or (b.sign = -1 and p.high_usd >= b.level_usd))
    group by b.day, b.asset, b.level_usd
),

closed as (
    select
        b.day, b.asset, b.level_usd,
        min(case when b.sign * (h.close_usd - b.level_usd) < 0 then h.open_at end) as first_beyond_at,
        max(case when b.sign * (h.close_usd - b.level_usd) > 0 then h.open_at end) as last_back_at
    from broken as b
    inner join {{ ref('int_hours') }} as h on b.day = h.day and b.asset = h.asset
    group by b.day, b.asset, b.level_usd
)

select
    b.day,
    b.asset,
    b.side || ' ' || cast(round(b.level_usd, 8) as varchar) as level,
    b.level_usd,
    b.kinds,
    b.side,
    t.broke_at,
    case
        when b.sign * (b.close_usd / b.level_usd - 1) <= -0.001 then 'daily_close'
        when c.first_beyond_at is not null then 'hourly_close'
        else 'touch'
    end as break_kind,
    coalesce(c.last_back_at > c.first_beyond_at, c.first_beyond_at is null) as reclaimed,
    b.next_level_usd,
    coalesce(s.simulated, false) as simulated
from broken as b
inner join touched as t on b.day = t.day and b.asset = t.asset and b.level_usd = t.level_usd
left join closed as c on b.day = c.day and b.asset = c.asset and b.level_usd = c.level_usd
left join {{ ref('int_simulated') }} as s on b.day = s.day
