with caps as (
    select * from {{ ref('int_cap_changes') }}
),

totals as (
    select day, prior_close_cap_usd from {{ ref('int_market_cap_changes') }} where universe = 'all'
),

drawdowns as (
    select * from {{ ref('int_drawdowns') }}
),

simulated as (
    select * from {{ ref('int_simulated') }}
),

final as (
    select
        c.day,
        c.asset,
        c.open_usd as open_price_usd,
        c.high_usd as high_price_usd,
        c.low_usd as low_price_usd,
        c.close_usd as close_price_usd,
        c.prior_close_usd as prior_close_price_usd,
        c.close_usd / c.prior_close_usd - 1 as price_change_pct,
        c.low_at,
        c.prior_close_cap_usd,
        c.open_usd * c.supply as open_cap_usd,
        c.high_usd * c.supply as high_cap_usd,
        c.low_usd * c.supply as low_cap_usd,
        c.close_cap_usd,
        c.change_usd,
        c.change_usd / nullif(c.prior_close_cap_usd, 0) as change_pct,
        c.price_effect_usd,
        c.supply_effect_usd,
        case when c.in_index then c.change_usd / nullif(t.prior_close_cap_usd, 0) end as contribution_pct,
        d.drawdown as max_drawdown_pct,
        (d.trough_usd - d.peak_usd) * c.supply as max_drawdown_usd,
        d.peak_at as drawdown_peak_at,
        d.trough_at as drawdown_trough_at,
        c.low_usd / c.open_usd - 1 as open_to_low_pct,
        (c.low_usd - c.open_usd) * c.supply as open_to_low_usd,
        c.low_usd / c.prior_close_usd - 1 as prior_close_to_low_pct,
        (c.low_usd - c.prior_close_usd) * c.supply as prior_close_to_low_usd,
        greatest(c.close_usd - d.trough_usd, 0) / nullif(d.peak_usd - d.trough_usd, 0) as recovered_share,
        case when d.peak_usd > d.trough_usd then c.close_usd - d.trough_usd >= 0.25 * (d.peak_usd - d.trough_usd) end as found_footing,
        c.supply,
        c.supply_day,
        c.publishers as supply_publishers,
        cast(c.cap_rank as integer) as universe_rank,
        cast(c.n_venues as integer) as n_venues,
        c.interval_s as resolution_s,
        c.in_index,
        c.is_stable,
        coalesce(s.simulated_with_prior, false) as simulated
    from caps as c
    left join totals as t on c.day = t.day
    left join drawdowns as d on c.day = d.day and c.asset = d.asset and c.interval_s is not null
    left join simulated as s on c.day = s.day
)

select * from final
