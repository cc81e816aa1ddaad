{{ config(incremental_strategy='replace_reached_days', reach=0, ahead=1) }}
with days as (
    select * from {{ ref('int_funding_market') }}
),

closed as (
    select
        d.*,
        coalesce(n.midnight_8h, d.last_8h) as close_8h,
        n.midnight_8h is not null as closes_at_midnight,
        coalesce(n.simulated, false) as next_is_simulated
    from days as d
    left join days as n on n.day = {{ add_days('d.day', 1) }} and d.last_8h is not null
    where {{ in_reach('d.day', 0, ahead=1) }}
),

final as (
    select
        day,
        open_8h as funding_8h_open,
        close_8h as funding_8h_close,
        mean_8h as funding_8h_mean,
        {{ funding_apr('open_8h') }} as funding_apr_open,
        {{ funding_apr('close_8h') }} as funding_apr_close,
        {{ funding_apr('mean_8h') }} as funding_apr_mean,
        oi_usd_weighted,
        oi_share,
        cast(n_assets as integer) as n_assets,
        cast(n_venues as integer) as n_venues,
        simulated or (closes_at_midnight and next_is_simulated) as simulated
    from closed
)

select * from final
