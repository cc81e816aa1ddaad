with bars as (
    select * from {{ ref('int_bars') }} where {{ in_build_days() }}
),

final as (
    select
        day,
        asset,
        venue,
        min_by(open_usd, open_at) as open_usd,
        max(high_usd) as high_usd,
        min(low_usd) as low_usd,
        max_by(close_usd, open_at) as close_usd,
        {{ at_lowest('open_at', '-high_usd', 'open_at') }} as high_at,
        {{ at_lowest('open_at', 'low_usd', 'open_at') }} as low_at,
        min(interval_s) as interval_s,
        cast(count(*) as integer) as n_bars,
        max(case when fx_assumed then 1 else 0 end) = 1 as fx_assumed
    from bars
    group by day, asset, venue
)

select * from final
