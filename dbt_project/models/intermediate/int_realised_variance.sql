{{ config(materialized='incremental', incremental_strategy='replace_days') }}
{% set slot -%}
cast(floor(({{ seconds_between(day_start('p.day'), 'p.close_at') }} - 1) / greatest(300, p.interval_s)) as integer)
{%- endset -%}
-- Sum of the day's squared returns, kept for all days: volatility is compared with that of the year before.
with prices as (
    select p.*, greatest(300, p.interval_s) as return_interval_s, {{ slot }} as slot
    from {{ ref('int_prices') }} as p
    inner join {{ ref('int_day_prices') }} as d on p.day = d.day and p.asset = d.asset and d.is_continuous
    where {{ in_build_days('p.day') }} and p.interval_s <= 3600
),

folded as (
    select
        day, asset, return_interval_s, slot,
        min_by(open_usd, open_at) as open_usd,
        max_by(close_usd, open_at) as close_usd
    from prices
    group by day, asset, return_interval_s, slot
),

-- in basis points, of which a decimal holds the squares without loss
moves as (
    select
        *,
        10000 * ln(close_usd / coalesce(lag(close_usd) over (partition by day, asset order by slot), open_usd)) as return_bp
    from folded
)

select
    day,
    asset,
    cast(return_interval_s as integer) as return_interval_s,
    count(*) as n_returns,
    {{ exact_sum('return_bp * return_bp') }} / 1e8 as realised_variance
from moves
group by day, asset, return_interval_s
