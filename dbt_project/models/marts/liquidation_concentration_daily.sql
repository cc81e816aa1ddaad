{% set shares = ['1m', '5m', '15m', '1h'] -%}
{% set windows = ['5m', '15m', '4h', '12h'] -%}
with days as (
    select * from {{ ref('liquidations_market_daily') }} where {{ in_build_days() }}
),

windows as (
    select * from {{ ref('int_liquidation_windows') }}
),

final as (
    select
        d.day,
        d.total_usd,
        {% for name in shares -%}
        w.busiest_{{ name }}_usd / nullif(d.total_usd, 0) as busiest_{{ name }}_share,
        {% endfor -%}
        {% for name in windows -%}
        w.busiest_{{ name }}_usd,
        w.busiest_{{ name }}_at,
        {% endfor -%}
        d.resolution_s,
        coalesce(s.simulated, false) as simulated
    from days as d
    left join windows as w on d.day = w.day
    left join {{ ref('int_simulated') }} as s on d.day = s.day
)

select * from final
