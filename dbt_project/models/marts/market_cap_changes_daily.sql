with caps as (
    select * from {{ ref('int_caps') }}
),

today as (
    select * from caps where {{ in_build_days() }}
),

prior as (
    select {{ add_days('day', 1) }} as day, asset, close_usd, case when supply_day = day then supply end as supply
    from caps
),

joined as (
    select
        t.*,
        p.close_usd as prior_close_usd,
        p.supply as prior_supply,
        p.close_usd * coalesce(p.supply, t.supply) as prior_close_cap_usd
    from today as t
    left join prior as p on t.day = p.day and t.asset = p.asset
),

totals as (
    select day, sum(prior_close_cap_usd) as prior_close_cap_usd
    from joined
    where in_index
    group by day
)

select
    j.day,
    j.asset,
    j.open_usd as open_price_usd,
    j.high_usd as high_price_usd,
    j.low_usd as low_price_usd,
    j.close_usd as close_price_usd,
    j.low_at,
    j.prior_close_cap_usd,
    j.open_usd * j.supply as open_cap_usd,
    j.high_usd * j.supply as high_cap_usd,
    j.low_usd * j.supply as low_cap_usd,
    j.close_usd * j.supply as close_cap_usd,
    j.close_usd * j.supply - j.prior_close_cap_usd as change_usd,
    j.close_usd * j.supply / nullif(j.prior_close_cap_usd, 0) - 1 as change_pct,
    coalesce(j.prior_supply, j.supply) * (j.close_usd - j.prior_close_usd) as price_effect_usd,
    j.close_usd * (j.supply - j.prior_supply) as supply_effect_usd,
    case when j.in_index then (j.close_usd * j.supply - j.prior_close_cap_usd) / nullif(t.prior_close_cap_usd, 0) end
        as contribution_pct,
    d.drawdown as max_drawdown_pct,
    (d.trough_usd - d.peak_usd) * j.supply as max_drawdown_usd,
    d.peak_at as drawdown_peak_at,
    d.trough_at as drawdown_trough_at,
    j.low_usd / j.open_usd - 1 as open_to_low_pct,
    j.low_usd / j.prior_close_usd - 1 as prior_close_to_low_pct,
    j.supply,
    j.supply_day,
    cast(j.n_venues as integer) as n_venues,
    j.interval_s as resolution_s,
    j.in_index,
    j.is_stable,
    coalesce(s.simulated, false) as simulated
from joined as j
left join totals as t on j.day = t.day
left join {{ ref('int_drawdowns') }} as d on j.day = d.day and j.asset = d.asset
left join {{ ref('int_simulated') }} as s on j.day = s.day
