{{ config(incremental_strategy='replace_reached_days', reach=7) }}
with inputs as (
    select * from {{ ref('int_regime_inputs') }}
),

signs as (
    select
        *,
        total_usd >= {{ var('regime_large_usd') }}
            or (total_usd >= {{ var('regime_few_usd') }} and coalesce(max_fall_pct <= {{ var('regime_deep_fall') }}, false))
            as liquidations_were_large,
        long_share >= {{ var('regime_one_sided') }} as mostly_longs,
        long_share <= 1 - {{ var('regime_one_sided') }} as mostly_shorts,
        price_change_pct < 0 as price_fell,
        price_change_pct > 0 as price_rose,
        abs(price_change_pct) >= {{ var('regime_move') }} as price_moved,
        max_fall_pct <= {{ var('regime_deep_fall') }} as fell_deeply,
        oi_positions_change_pct >= {{ var('regime_opened') }} as positions_grew,
        oi_positions_change_pct <= 0 as positions_did_not_grow,
        funding_8h > {{ var('base_funding_8h') }} + 1e-9 as longs_paid_over_base,
        funding_8h < 0 as shorts_paid
    from inputs
),

judged as (
    select
        *,
        case
            when total_usd is null then 'uncovered'
            when seen_share < {{ var('regime_seen_share') }} then 'impaired'
            when fell_deeply and not liquidations_were_large then 'drawdown_without_liquidations'
            when
                positions_grew and price_fell and not coalesce(longs_paid_over_base, false)
                and case when liquidations_were_large then mostly_longs else price_moved end
                then 'new_shorts'
            when
                positions_grew and price_rose and not coalesce(shorts_paid, false)
                and case when liquidations_were_large then mostly_shorts else price_moved end
                then 'new_longs'
            when liquidations_were_large and mostly_longs and price_fell then 'long_flush'
            when liquidations_were_large and mostly_shorts and price_rose then 'short_squeeze'
            when price_moved and price_rose and positions_did_not_grow and not liquidations_were_large then 'rally_without_leverage'
            when liquidations_were_large then 'two_sided'
            else 'quiet'
        end as regime
    from signs
),

final as (
    select
        j.day,
        j.regime,
        r.reason,
        {% for column in [
            'price_change_pct', 'max_fall_pct', 'price_basis', 'oi_positions_change_pct', 'funding_8h', 'total_usd', 'long_share',
            'seen_share', 'liquidations_were_large', 'mostly_longs', 'mostly_shorts', 'price_fell', 'price_rose', 'price_moved',
            'fell_deeply', 'positions_grew', 'positions_did_not_grow', 'longs_paid_over_base', 'shorts_paid',
        ] -%}
        j.{{ column }},
        {% endfor -%}
        j.simulated
    from judged as j
    inner join {{ ref('regimes') }} as r on j.regime = r.regime
)

select * from final
