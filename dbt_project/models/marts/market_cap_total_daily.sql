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
        {{ at_lowest('observed_at', 'cap_usd', 'observed_at') }} as low_at
    from points
    group by day, universe
),

changes as (
    select * from {{ ref('int_market_cap_changes') }}
),

drawdowns as (
    select *, peak_usd - trough_usd as depth_usd from {{ ref('int_market_cap_drawdowns') }}
),

final as (
    select
        d.day,
        d.universe,
        c.prior_close_cap_usd,
        d.open_cap_usd / c.open_over_prior_close as prior_close_cap_restated_usd,
        d.open_cap_usd,
        d.high_cap_usd,
        d.low_cap_usd,
        d.close_cap_usd,
        c.change_usd,
        c.change_usd / nullif(c.prior_close_cap_usd, 0) as change_pct,
        c.price_effect_usd,
        c.supply_effect_usd,
        c.change_usd / nullif(c.prior_close_cap_of_all_usd, 0) as contribution_pct,
        w.trough_usd / w.peak_usd - 1 as max_drawdown_pct,
        w.trough_usd - w.peak_usd as max_drawdown_usd,
        w.peak_at as drawdown_peak_at,
        w.trough_at as drawdown_trough_at,
        d.low_cap_usd / d.open_cap_usd - 1 as open_to_low_pct,
        d.low_cap_usd - d.open_cap_usd as open_to_low_usd,
        d.low_cap_usd / d.open_cap_usd * c.open_over_prior_close - 1 as prior_close_to_low_pct,
        d.low_cap_usd - d.open_cap_usd / c.open_over_prior_close as prior_close_to_low_usd,
        d.low_at,
        -- a sum over assets may come out a digit below the lowest of the same sums
        greatest(d.close_cap_usd - w.trough_usd, 0) / nullif(w.depth_usd, 0) as recovered_share,
        case when w.depth_usd > 0 then d.close_cap_usd - w.trough_usd >= 0.25 * w.depth_usd end as found_footing,
        cast(d.n_assets as integer) as n_assets,
        cast(coalesce(l.n_left_out, 0) as integer) as n_left_out,
        l.left_out,
        cast(d.step_s as integer) as resolution_s,
        coalesce(s.simulated_with_prior, false) as simulated
    from days as d
    left join changes as c on d.day = c.day and d.universe = c.universe
    left join drawdowns as w on d.day = w.day and d.universe = w.universe
    left join {{ ref('int_left_out') }} as l on d.day = l.day and d.universe = l.universe
    left join {{ ref('int_simulated') }} as s on d.day = s.day
)

select * from final
