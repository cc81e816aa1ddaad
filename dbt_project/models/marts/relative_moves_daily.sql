{{ config(incremental_strategy='replace_reached_days', reach=61) }}
{% set market, most_days, fewest_days = 'BTC', 60, 30 -%}
with closes as (
    select
        day, asset, simulated,
        close_usd / nullif(lag(close_usd) over (partition by asset order by day), 0) - 1 as return_pct,
        lag(day) over (partition by asset order by day) as prior_day
    from {{ ref('prices_daily') }} as p
    where p.is_closed and {{ in_reach(add_days('p.day', 62), 123) }}
),

returns as (
    select c.day, c.asset, c.return_pct, m.return_pct as market_pct, c.simulated
    from closes as c
    inner join closes as m on c.day = m.day and m.asset = '{{ market }}'
    where
        c.return_pct is not null and m.return_pct is not null and c.asset <> '{{ market }}'
        and c.prior_day = {{ add_days('c.day', -1) }} and m.prior_day = {{ add_days('m.day', -1) }}
),

sums as (
    select
        t.day, t.asset, t.return_pct, t.market_pct, t.simulated,
        count(*) as n_days,
        {{ exact_sum_of_fractions('e.market_pct') }} as x,
        {{ exact_sum_of_fractions('e.return_pct') }} as y,
        {{ exact_sum_of_fractions('e.market_pct * e.market_pct') }} as xx,
        {{ exact_sum_of_fractions('e.market_pct * e.return_pct') }} as xy
    from returns as t
    inner join returns as e on t.asset = e.asset and e.day < t.day and e.day >= {{ add_days('t.day', -most_days) }}
    where {{ in_reach('t.day', 61) }}
    group by t.day, t.asset, t.return_pct, t.market_pct, t.simulated
),

betas as (
    select *, (n_days * xy - x * y) / nullif(n_days * xx - x * x, 0) as beta from sums where n_days >= {{ fewest_days }}
),

final as (
    select
        day,
        asset,
        return_pct,
        market_pct as btc_return_pct,
        beta as beta_to_btc,
        cast(n_days as integer) as n_days,
        beta * market_pct as expected_pct,
        return_pct - beta * market_pct as excess_pct,
        simulated
    from betas
    where beta is not null
)

select * from final
