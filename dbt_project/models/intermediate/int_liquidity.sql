-- What each day alone, with the close before it, says of volatility and liquidity: of the build days, of the days that are compared
-- with them, and of those that they are compared with.
with prices as (
    select
        *,
        ln(high_usd / low_usd) as log_range,
        (ln(high_usd) + ln(low_usd)) / 2 as log_middle
    from {{ ref('prices_daily') }} as p
    where {{ in_reach(add_days('p.day', 366), 731) }}
),

depths as (
    select
        day,
        asset,
        {{ listed("venue || ' ' || instrument") }} as depth_basis,
        {{ exact_sum('mean_bid_usd + mean_ask_usd') }} as depth_usd
    from {{ ref('depth_daily') }} as d
    where {{ in_reach(add_days('d.day', 365), 730) }}
    group by day, asset
),

pairs as (
    select
        p.day,
        p.asset,
        case when o.is_closed and p.is_closed then p.close_usd / o.close_usd - 1 end as daily_return_pct,
        case when p.is_continuous then nullif(p.volume_usd, 0) end as volume_usd,
        o.is_continuous and p.is_continuous as has_ranges,
        4 * (ln(o.close_usd) - o.log_middle) * (ln(o.close_usd) - p.log_middle) as squared_spread,
        sqrt(o.log_range * o.log_range + p.log_range * p.log_range) as root_beta,
        ln(greatest(o.high_usd, p.high_usd) / least(o.low_usd, p.low_usd)) as root_gamma,
        p.simulated or coalesce(o.simulated, false) as simulated
    from prices as p
    left join prices as o on p.asset = o.asset and o.day = {{ add_days('p.day', -1) }}
),

estimates as (
    select
        *,
        case when has_ranges then sqrt(greatest(squared_spread, 0)) end as abdi_ranaldo,
        case when has_ranges then greatest((1 + sqrt(2)) * (root_beta - root_gamma), 0) end as alpha
    from pairs
)

-- rounded to what does not hang on the last bit of a logarithm
select
    e.day,
    e.asset,
    r.return_interval_s,
    sqrt(365 * r.realised_variance) as realised_volatility,
    cast({{ exact('e.abdi_ranaldo') }} as double) as spread_abdi_ranaldo,
    cast({{ exact('2 * (exp(e.alpha) - 1) / (1 + exp(e.alpha))') }} as double) as spread_corwin_schultz,
    e.daily_return_pct,
    abs(e.daily_return_pct) / e.volume_usd as amihud_illiquidity,
    d.depth_basis,
    d.depth_usd,
    e.simulated
from estimates as e
left join {{ ref('int_realised_variance') }} as r on e.day = r.day and e.asset = r.asset
left join depths as d on e.day = d.day and e.asset = d.asset
