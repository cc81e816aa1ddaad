with bars as (
    select * from {{ ref('int_prices') }} where {{ in_build_days() }}
),

compared as (
    select
        day,
        asset,
        open_at,
        low_usd,
        high_usd,
        min(low_usd) over (partition by day, asset order by open_at rows between unbounded preceding and 1 preceding) as low_before,
        max(high_usd) over (partition by day, asset order by open_at rows between unbounded preceding and 1 preceding) as high_before
    from bars
),

final as (
    select day, asset, open_at, low_usd, high_usd
    from compared
    where low_before is null or low_usd < low_before or high_usd > high_before
)

select * from final
