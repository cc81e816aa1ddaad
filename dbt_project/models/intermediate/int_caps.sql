-- Price and supply of each asset of the universe on a build day; stablecoins without whole bars stand at their daily price.
with universe as (
    select * from {{ ref('int_universe') }}
),

supply as (
    select * from {{ ref('int_supply') }} where {{ in_build_days() }}
),

prices as (
    select * from {{ ref('int_day_prices') }}
)

select
    s.day,
    s.asset,
    u.is_stable,
    s.supply,
    s.supply_day,
    s.publishers,
    u.cap_rank,
    p.interval_s,
    coalesce(p.open_usd, s.close_price_usd) as open_usd,
    coalesce(p.high_usd, s.close_price_usd) as high_usd,
    coalesce(p.low_usd, s.close_price_usd) as low_usd,
    coalesce(p.close_usd, s.close_price_usd) as close_usd,
    p.low_at,
    coalesce(p.n_venues, 0) as n_venues,
    coalesce(p.is_continuous, u.is_stable) as in_index
from supply as s
inner join universe as u on s.day = u.day and s.asset = u.asset
left join prices as p on s.day = p.day and s.asset = p.asset and (p.is_continuous or not u.is_stable)
where p.close_usd is not null or (u.is_stable and s.close_price_usd is not null)
