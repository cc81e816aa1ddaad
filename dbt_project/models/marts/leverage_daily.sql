{{ config(incremental_strategy='replace_reached_days', reach=365, ahead=1) }}
with leverage as (
    select * from {{ ref('int_leverage') }} as l where {{ in_reach('l.day', 365, ahead=1) }}
),

around as (
    select * from {{ ref('int_leverage') }} as l where {{ in_reach(add_days('l.day', 365), 731, ahead=1) }}
),

waves as (
    select day, min(started_at) as started_at from {{ ref('liquidation_waves') }} as w where {{ in_reach('w.day', 365, ahead=1) }} group by day
),

files as (
    select day, max(case when simulated then 1 else 0 end) = 1 as simulated
    from {{ ref('dump_files') }} as d
    where {{ in_reach('d.day', 365, ahead=1) }}
    group by day
),

history as (
    select
        t.day,
        t.asset,
        {% for days in (90, 365) -%}
        {% set earlier = 'case when e.day >= ' ~ add_days('t.day', -days) ~ ' then ' -%}
        count({{ earlier }} 1 end) as n_days_{{ days }},
        avg({{ earlier }} case when e.oi_coin_open <= t.oi_coin_open then 1e0 else 0e0 end end) as percentile_{{ days }}{{ ',' if not loop.last }}
        {% endfor %}
    from leverage as t
    inner join around as e
        on t.asset = e.asset and t.venues_oi = e.venues_oi and e.day < t.day and e.day >= {{ add_days('t.day', -365) }}
    where t.oi_coin_open is not null and e.oi_coin_open is not null
    group by t.day, t.asset
),

-- a year where nine in ten of its days are known
percentiles as (
    select
        day,
        asset,
        case when n_days_365 >= 0.9 * 365 then percentile_365 when n_days_90 >= 30 then percentile_90 end as percentile,
        case when n_days_365 >= 0.9 * 365 then 365 when n_days_90 >= 30 then 90 end as lookback_days
    from history
),

final as (
    select
        l.day,
        l.asset,
        l.oi_coin_open,
        l.oi_coin_close,
        l.oi_coin_close / nullif(l.oi_coin_open, 0) - 1 as oi_coin_change_pct,
        l.oi_usd_open,
        l.oi_usd_close,
        l.oi_usd_change_positions,
        l.oi_usd_change_price,
        l.funding_8h_open,
        coalesce(n.funding_8h_midnight, l.funding_8h_last) as funding_8h_close,
        {{ funding_apr('l.funding_8h_open') }} as funding_apr_open,
        {{ funding_apr('coalesce(n.funding_8h_midnight, l.funding_8h_last)') }} as funding_apr_close,
        l.funding_oi_share,
        cast(l.n_venues_oi as integer) as n_venues_oi,
        cast(l.n_venues_funding as integer) as n_venues_funding,
        p.percentile as oi_percentile,
        cast(p.lookback_days as integer) as oi_lookback_days,
        coalesce(f.simulated, false) as simulated
    from leverage as l
    left join around as n on l.asset = n.asset and n.day = {{ add_days('l.day', 1) }} and l.funding_8h_last is not null
    left join waves as w on l.day = w.day
    left join percentiles as p on l.day = p.day and l.asset = p.asset and coalesce(l.oi_opened_at <= w.started_at, true)
    left join files as f on l.day = f.day
)

select * from final
