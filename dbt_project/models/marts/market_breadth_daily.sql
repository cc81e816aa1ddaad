{{ config(incremental_strategy='replace_reached_days', reach=90) }}
with members as (
    select * from {{ ref('market_cap_changes_daily') }} as m where in_index and not is_stable and {{ in_reach('m.day', 90) }}
),

compared as (
    select m.*, l.at_30d_closing_low, l.at_30d_intraday_low, l.at_90d_closing_low, l.at_90d_intraday_low
    from members as m
    left join {{ ref('int_lows') }} as l on m.day = l.day and m.asset = l.asset
),

sums as (
    select
        day,
        count(*) as n_members,
        count(price_change_pct) as n_assets,
        sum(case when price_change_pct > 0 then 1 else 0 end) as advancers,
        sum(case when price_change_pct < 0 then 1 else 0 end) as decliners,
        sum(case when price_change_pct = 0 then 1 else 0 end) as unchanged,
        sum(case when price_change_pct < -0.1 then 1 else 0 end) as n_down_10pct,
        median(price_change_pct) as median_change_pct,
        {{ exact_sum('price_change_pct') }} / nullif(count(price_change_pct), 0) as equal_weight_change_pct,
        {{ exact_sum('price_effect_usd') }} / {{ exact_sum('prior_close_cap_usd') }} as cap_weight_change_pct,
        {% for n in (30, 90) -%}
        count(at_{{ n }}d_closing_low) as n_assets_{{ n }}d,
        sum(case when at_{{ n }}d_closing_low then 1 else 0 end) as n_at_{{ n }}d_closing_low,
        sum(case when at_{{ n }}d_intraday_low then 1 else 0 end) as n_at_{{ n }}d_intraday_low,
        {% endfor -%}
        max(case when simulated then 1 else 0 end) = 1 as simulated
    from compared
    group by day
),

final as (
    select
        day,
        cast(n_members as integer) as n_members,
        cast(n_assets as integer) as n_assets,
        {% for name in ('advancers', 'decliners', 'unchanged') -%}
        cast(case when n_assets > 0 then {{ name }} end as integer) as {{ name }},
        {% endfor -%}
        cast(n_down_10pct as double) / nullif(n_assets, 0) as share_down_10pct,
        median_change_pct,
        equal_weight_change_pct,
        cap_weight_change_pct,
        equal_weight_change_pct - cap_weight_change_pct as equal_minus_cap_weight_pct,
        {% for n in (30, 90) -%}
        cast(n_assets_{{ n }}d as integer) as n_assets_{{ n }}d,
        cast(n_at_{{ n }}d_closing_low as double) / nullif(n_assets_{{ n }}d, 0) as share_at_{{ n }}d_closing_low,
        cast(n_at_{{ n }}d_intraday_low as double) / nullif(n_assets_{{ n }}d, 0) as share_at_{{ n }}d_intraday_low,
        {% endfor -%}
        simulated
    from sums
)

select * from final
