-- Total of the index at synchronised instants: the day's open, then every step of the coarsest member's bars.
with members as (
    select * from {{ ref('int_caps') }} where in_index and {{ in_build_days() }}
),

steps as (
    select day, coalesce(max(interval_s), 86400) as step_s
    from members
    group by day
),

grid as (
    select
        s.day,
        n.n,
        s.step_s,
        {{ add_seconds(day_start('s.day'), 'n.n * s.step_s') }} as at_
    from steps as s
    inner join {{ numbers(1441) }} as n on n.n * s.step_s <= 86400
),

closes as (
    select
        p.day,
        p.asset,
        cast(ceil({{ seconds_between(day_start('p.day'), 'p.close_at') }} * 1.0 / s.step_s) as integer) as n,
        max_by(p.close_usd, p.close_at) as price_usd
    from {{ ref('int_prices') }} as p
    inner join steps as s on p.day = s.day
    group by p.day, p.asset, 3
),

sampled as (
    select
        g.day,
        g.n,
        g.step_s,
        g.at_,
        m.asset,
        m.is_stable,
        m.supply,
        case
            when m.interval_s is null then m.close_usd
            when g.n = 0 then m.open_usd
            else coalesce(
                c.price_usd,
                {{ last_known('c.price_usd') }} over (
                    partition by g.day, m.asset order by g.n rows between unbounded preceding and 1 preceding
                ),
                m.open_usd
            )
        end as price_usd
    from grid as g
    inner join members as m on g.day = m.day
    left join closes as c on g.day = c.day and m.asset = c.asset and g.n = c.n
),

universes as (
    select 'all' as universe, * from sampled
    union all
    select 'ex_stables' as universe, * from sampled where not is_stable
)

select
    day,
    universe,
    n,
    step_s,
    at_ as observed_at,
    sum(price_usd * supply) as cap_usd,
    count(*) as n_assets
from universes
group by day, universe, n, step_s, at_
