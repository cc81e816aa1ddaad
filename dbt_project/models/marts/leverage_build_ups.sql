{{ config(incremental_strategy='replace_reached_days', reach=31) }}
{% set fewest_days, most_days, widest = 5, 30, 0.1 -%}
with opens as (
    select day, asset, oi_coin_open, simulated from {{ ref('leverage_daily') }} as l where {{ in_reach(add_days('l.day', 31), 62) }}
),

prices as (
    select day, asset, low_usd, high_usd, simulated from {{ ref('prices_daily') }} as p where {{ in_reach(add_days('p.day', 31), 62) }}
),

-- each day beside those before it, from the last one back
pairs as (
    select
        t.day, t.asset, t.oi_coin_open,
        {{ days_between('p.day', 't.day') }} as n_back,
        p.day as first_day, p.low_usd, p.high_usd,
        case when t.simulated or p.simulated then 1 else 0 end as is_simulated
    from opens as t
    inner join prices as p on t.asset = p.asset and p.day < t.day and p.day >= {{ add_days('t.day', -most_days) }}
    where {{ in_reach('t.day', 31) }} and t.oi_coin_open is not null
),

spans as (
    select
        *,
        count(*) over (partition by day, asset order by n_back rows unbounded preceding) as n_known,
        min(low_usd) over (partition by day, asset order by n_back rows unbounded preceding) as range_low_usd,
        max(high_usd) over (partition by day, asset order by n_back rows unbounded preceding) as range_high_usd,
        max(is_simulated) over (partition by day, asset order by n_back rows unbounded preceding) as any_simulated
    from pairs
),

ranges as (
    select *, row_number() over (partition by day, asset order by n_back desc) as place
    from spans
    where n_known = n_back and n_back >= {{ fewest_days }} and range_high_usd / range_low_usd - 1 <= {{ widest }}
),

final as (
    select
        r.day,
        r.asset,
        cast(r.n_back as integer) as n_days,
        r.range_low_usd,
        r.range_high_usd,
        r.range_high_usd / r.range_low_usd - 1 as range_width_pct,
        b.oi_coin_open as oi_coin_start,
        r.oi_coin_open as oi_coin_end,
        r.oi_coin_open / nullif(b.oi_coin_open, 0) - 1 as oi_coin_change_pct,
        (r.oi_coin_open / nullif(b.oi_coin_open, 0) - 1) / r.n_back as oi_coin_daily_pct,
        r.any_simulated = 1 as simulated
    from ranges as r
    inner join opens as b on r.asset = b.asset and r.first_day = b.day
    where r.place = 1 and b.oi_coin_open is not null
)

select * from final
