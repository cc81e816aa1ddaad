with moves as (
    select day, asset, close_usd / open_usd - 1 as change_pct, abs(close_usd - open_usd) > 0.05 * open_usd as is_large
    from {{ ref('prices_daily') }}
    where {{ in_build_days() }} and is_closed
),

venues as (
    select * from {{ ref('liquidations_by_venue_daily') }} where {{ in_build_days() }}
),

final as (
    select
        v.day,
        v.venue,
        v.asset,
        m.change_pct,
        v.long_usd / nullif(v.total_usd, 0) as long_share,
        v.n_orders,
        v.total_usd,
        case
            when not (coalesce(v.n_orders, 0) >= 20 or v.total_usd >= 1000000) then null
            when m.change_pct < 0 then v.long_usd > 0.5 * v.total_usd
            else v.long_usd < 0.5 * v.total_usd
        end as passes,
        v.simulated
    from venues as v
    inner join moves as m on v.day = m.day and v.asset = m.asset
    where m.is_large
)

select * from final
