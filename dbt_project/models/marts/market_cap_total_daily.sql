with points as (
    select * from {{ ref('int_market_cap_points') }}
),

days as (
    select
        day,
        universe,
        max(n_assets) as n_assets,
        max(step_s) as step_s,
        min_by(cap_usd, observed_at) as open_cap_usd,
        max(cap_usd) as high_cap_usd,
        min(cap_usd) as low_cap_usd,
        max_by(cap_usd, observed_at) as close_cap_usd,
        min_by(observed_at, cap_usd) as low_at
    from points
    group by day, universe
),

changes as (
    select * from {{ ref('int_market_cap_changes') }}
),

drawdowns as (
    select * from {{ ref('int_market_cap_drawdowns') }}
)

select
    d.day,
    d.universe,
    c.prior_close_cap_usd,
    d.open_cap_usd,
    d.high_cap_usd,
    d.low_cap_usd,
    d.close_cap_usd,
    c.change_usd,
    c.change_usd / nullif(c.prior_close_cap_usd, 0) as change_pct,
    c.price_effect_usd,
    c.supply_effect_usd,
    case when c.prior_close_cap_usd is not null then c.change_usd / c.prior_close_cap_usd end as contribution_pct,
    w.trough_usd / w.peak_usd - 1 as max_drawdown_pct,
    w.trough_usd - w.peak_usd as max_drawdown_usd,
    w.peak_at as drawdown_peak_at,
    w.trough_at as drawdown_trough_at,
    d.low_cap_usd / d.open_cap_usd - 1 as open_to_low_pct,
    d.low_cap_usd - d.open_cap_usd as open_to_low_usd,
    d.low_cap_usd / d.open_cap_usd * c.open_over_prior_close - 1 as prior_close_to_low_pct,
    d.low_cap_usd - d.open_cap_usd / c.open_over_prior_close as prior_close_to_low_usd,
    d.low_at,
    (d.close_cap_usd - w.trough_usd) / nullif(w.peak_usd - w.trough_usd, 0) as recovered_share,
    w.peak_usd > w.trough_usd and (d.close_cap_usd - w.trough_usd) >= 0.25 * (w.peak_usd - w.trough_usd) as found_footing,
    cast(d.n_assets as integer) as n_assets,
    cast(d.step_s as integer) as resolution_s,
    coalesce(s.simulated, false) as simulated
from days as d
left join changes as c on d.day = c.day and d.universe = c.universe
left join drawdowns as w on d.day = w.day and d.universe = w.universe
left join {{ ref('int_simulated') }} as s on d.day = s.day
