-- The assets that a build day's total is of: the largest at the close of the day before, among those that the universe lists.
with listed as (
    select *, class = 'stablecoin' as is_stable from {{ ref('universe') }} where class in ('coin', 'stablecoin')
),

supplies as (
    select * from {{ ref('int_supply') }}
),

closes as (
    select {{ add_days('day', 1) }} as day, asset, close_usd from {{ ref('int_day_prices') }} where is_closed
),

ends as (
    select {{ add_days('day', 1) }} as day, asset, supply, close_price_usd from supplies where supply_day = day
),

sized as (
    select
        s.day,
        s.asset,
        u.is_stable,
        coalesce(
            coalesce(c.close_usd, e.close_price_usd) * coalesce(e.supply, s.supply),
            coalesce(o.open_usd, s.close_price_usd) * s.supply
        ) as ranked_cap_usd
    from supplies as s
    inner join listed as u
        on s.asset = u.asset and s.day >= u.valid_from and (u.valid_until is null or s.day < u.valid_until)
    left join ends as e on s.day = e.day and s.asset = e.asset
    left join closes as c on s.day = c.day and s.asset = c.asset
    left join {{ ref('int_day_prices') }} as o on s.day = o.day and s.asset = o.asset
    where {{ in_build_days('s.day') }}
),

ranked as (
    select *, row_number() over (partition by day order by ranked_cap_usd desc, asset) as cap_rank
    from sized
    where ranked_cap_usd is not null
)

select * from ranked where cap_rank <= {{ var('universe_size') }}
