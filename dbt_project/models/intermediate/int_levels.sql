-- Candidates within a quarter of the usual daily range of a round number are that level, of several the best known, then the nearest, then the
-- lowest; of the others those in a row so close are one.
with candidates as (
    select c.*, k.method, k.priority, k.is_watched, 0.25 * coalesce(w.atr_usd, 0) as near_usd
    from {{ ref('int_level_candidates') }} as c
    inner join {{ ref('level_kinds') }} as k on c.kind = k.kind
    inner join {{ ref('int_level_windows') }} as w on c.day = w.day and c.asset = w.asset
),

rounds as (
    select distinct day, asset, level_usd as round_usd, priority as round_priority from candidates where kind like '%round number'
),

anchored as (
    select
        c.day, c.asset, c.level_usd, c.kind, c.method, c.priority, c.is_watched, c.near_usd,
        {{ at_lowest('r.round_usd', 'r.round_priority', 'abs(r.round_usd - c.level_usd) + 1e-9 * r.round_usd') }} as round_usd
    from candidates as c
    left join rounds as r on c.day = r.day and c.asset = r.asset and abs(r.round_usd - c.level_usd) <= c.near_usd
    group by c.day, c.asset, c.level_usd, c.kind, c.method, c.priority, c.is_watched, c.near_usd
),

spaced as (
    select
        *,
        case
            when level_usd - lag(level_usd) over (partition by day, asset, round_usd is null order by level_usd, kind) <= near_usd
                then 0 else 1
        end as begins
    from anchored
),

grouped as (
    select
        *,
        coalesce(
            round_usd,
            -sum(begins) over (partition by day, asset, round_usd is null order by level_usd, kind rows unbounded preceding)
        ) as place
    from spaced
)

select
    day,
    asset,
    {{ at_lowest('level_usd', 'priority', 'level_usd') }} as level_usd,
    {{ listed('kind') }} as kinds,
    greatest(1, count(distinct nullif(method, ''))) as n_methods,
    max(case when is_watched then 1 else 0 end) = 1 or count(distinct nullif(method, '')) >= 3 as is_well_watched
from grouped
group by day, asset, place
