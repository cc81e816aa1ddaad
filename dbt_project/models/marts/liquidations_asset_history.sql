{{ config(incremental_strategy='replace_reached_days', reach=365) }}
{% set ranked, fewest_days = 20, 30 -%}
with comparable as (
    select day, basis from {{ ref('int_comparable_days') }}
),

assets as (
    select a.day, a.asset, a.rank, a.total_usd, a.simulated, c.basis
    from {{ ref('liquidations_by_asset_daily') }} as a
    inner join comparable as c on a.day = c.day
    where {{ in_reach(add_days('a.day', 365), 730) }}
),

firsts as (
    select asset, min(day) as first_day from assets group by asset
),

-- a comparable day without a liquidation of an asset known by then is a zero: it was covered
pairs as (
    select
        t.day, t.asset, t.total_usd,
        coalesce(p.total_usd, 0) as past_usd,
        case when t.simulated or coalesce(p.simulated, false) then 1 else 0 end as is_simulated
    from assets as t
    inner join firsts as f on t.asset = f.asset
    inner join comparable as e
        on t.basis = e.basis and e.day < t.day and e.day >= {{ add_days('t.day', -365) }} and e.day >= f.first_day
    left join assets as p on e.day = p.day and t.asset = p.asset
    where {{ in_reach('t.day', 365) }} and t.rank <= {{ ranked }}
),

middles as (
    select
        day, asset, total_usd, count(*) as n_days, median(ln(1 + past_usd)) as median_size, median(past_usd) as median_usd,
        max(is_simulated) = 1 as simulated
    from pairs
    group by day, asset, total_usd
),

spreads as (
    select p.day, p.asset, 1.4826 * median(abs(ln(1 + p.past_usd) - m.median_size)) as spread
    from pairs as p
    inner join middles as m on p.day = m.day and p.asset = m.asset
    group by p.day, p.asset
),

final as (
    select
        m.day,
        m.asset,
        m.total_usd,
        m.median_usd,
        m.total_usd / nullif(m.median_usd, 0) as times_median,
        cast(m.n_days as integer) as n_days,
        case when m.n_days >= {{ fewest_days }} then (ln(1 + m.total_usd) - m.median_size) / nullif(s.spread, 0) end as robust_z,
        m.simulated
    from middles as m
    inner join spreads as s on m.day = s.day and m.asset = s.asset
)

select * from final
