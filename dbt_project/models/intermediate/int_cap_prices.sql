{{ config(materialized='ephemeral') }}
-- Price of each member at synchronised instants: the day's open, then every step of the coarsest member's bars.
with members as (
    select * from {{ ref('int_caps') }} where in_index
),

steps as (
    select day, greatest(60, coalesce(max(interval_s), 86400)) as step_s
    from members
    group by day
),

grid as (
    select s.day, n.n, s.step_s, {{ add_seconds(day_start('s.day'), 'n.n * s.step_s') }} as observed_at
    from steps as s
    inner join {{ numbers(1441) }} as n on n.n * s.step_s <= 86400
),

closes as (
    select
        p.day,
        p.asset,
        cast(ceil({{ seconds_between(day_start('p.day'), 'p.close_at') }} * 1e0 / s.step_s) as integer) as n,
        max_by(p.close_usd, p.close_at) as price_usd
    from {{ ref('int_prices') }} as p
    inner join steps as s on p.day = s.day
    group by p.day, p.asset, 3
)

select
    g.day,
    g.n,
    g.step_s,
    g.observed_at,
    m.asset,
    m.is_stable,
    m.supply,
    case
        when m.interval_s is null then m.close_usd
        when g.n = 0 then m.open_usd
        else coalesce(
            {{ last_known('c.price_usd') }} over (
                partition by g.day, m.asset order by g.n rows between unbounded preceding and current row
            ),
            m.open_usd
        )
    end as price_usd
from grid as g
inner join members as m on g.day = m.day
left join closes as c on g.day = c.day and m.asset = c.asset and g.n = c.n
