{{ config(incremental_strategy='replace_reached_days', reach=365) }}
with days as (
    select * from {{ ref('int_liquidity') }} as l where {{ in_reach('l.day', 365) }}
),

history as (
    select
        day,
        asset,
        max(case when measure = 'volatility' then n_days end) as n_days,
        max(case when measure = 'volatility' then percentile end) as rv_percentile_365d,
        max(case when measure = 'abdi_ranaldo' then z end) as abdi_ranaldo_z,
        max(case when measure = 'corwin_schultz' then z end) as corwin_schultz_z,
        max(case when measure = 'depth' then z end) as depth_z,
        max(case when past_simulated then 1 else 0 end) = 1 as past_simulated
    from {{ ref('int_liquidity_history') }}
    group by day, asset
),

ranked as (
    select
        day,
        asset,
        rank() over (partition by day order by amihud_illiquidity) as place,
        count(*) over (partition by day) as n_assets
    from days
    where amihud_illiquidity is not null
),

deciles as (
    select day, asset, 1 + floor(10 * (place - 1) / n_assets) as decile from ranked where n_assets >= 10
),

judged as (
    select
        d.*,
        h.n_days,
        h.rv_percentile_365d,
        h.abdi_ranaldo_z,
        h.corwin_schultz_z,
        h.depth_z,
        a.decile,
        d.simulated or coalesce(h.past_simulated, false) as any_simulated,
        coalesce(h.abdi_ranaldo_z, h.corwin_schultz_z, h.depth_z, a.decile) is not null as is_measured,
        nullif(
            concat_ws(
                ', ',
                case when h.abdi_ranaldo_z > 2 or h.corwin_schultz_z > 2 then 'spread' end,
                case when a.decile = 10 then 'amihud' end,
                case when h.depth_z < -2 then 'depth' end
            ),
            ''
        ) as thin_evidence
    from days as d
    left join history as h on d.day = h.day and d.asset = h.asset
    left join deciles as a on d.day = a.day and d.asset = a.asset
),

final as (
    select
        day,
        asset,
        realised_volatility,
        return_interval_s,
        rv_percentile_365d,
        cast(coalesce(n_days, 0) as integer) as n_days,
        spread_abdi_ranaldo,
        abdi_ranaldo_z as spread_abdi_ranaldo_z,
        spread_corwin_schultz,
        corwin_schultz_z as spread_corwin_schultz_z,
        daily_return_pct,
        amihud_illiquidity,
        cast(decile as integer) as amihud_decile,
        depth_usd,
        depth_z,
        case when is_measured then thin_evidence is not null end as is_thin,
        thin_evidence,
        any_simulated as simulated
    from judged
)

select * from final
