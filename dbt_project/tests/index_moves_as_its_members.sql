-- What the level did from close to close is the price of the day's members, whose supplies and membership are the same at both ends.
{{ config(meta={'dagster': {'ref': {'name': 'market_cap_index_daily'}}}) }}
with universes as (
    select 'all' as universe, true as stables
    union all
    select 'ex_stables' as universe, false as stables
),

members as (
    select
        m.day,
        u.universe,
        sum(m.open_price_usd * m.supply) / sum(m.prior_close_price_usd * m.supply) as at_midnight
    from {{ ref('market_cap_changes_daily') }} as m
    inner join universes as u on u.stables or not m.is_stable
    where m.in_index and m.prior_close_price_usd is not null and {{ in_build_days('m.day') }}
    group by m.day, u.universe
),

days as (
    select
        i.day,
        i.universe,
        i.index_open,
        lag(i.index_close) over (partition by i.universe, i.chained_since_day order by i.day) as prior_index_close
    from {{ ref('market_cap_index_daily') }} as i
)

select d.day, d.universe, d.index_open / d.prior_index_close as opened, m.at_midnight
from days as d
inner join members as m on d.day = m.day and d.universe = m.universe
where abs(d.index_open / d.prior_index_close - m.at_midnight) > 1e-9
