-- Price and supply of each asset of the universe for a day; stablecoins without bars stand at their daily price.
with universe as (
    select * from {{ ref('universe') }}
),

supply as (
    select * from {{ ref('int_supply') }}
),

prices as (
    select * from {{ ref('int_day_prices') }}
)

select
    s.day,
    s.asset,
    u.class = 'stablecoin' as is_stable,
    s.supply,
    s.supply_day,
    p.interval_s,
    coalesce(p.open_usd, s.close_price_usd) as open_usd,
    coalesce(p.high_usd, s.close_price_usd) as high_usd,
    coalesce(p.low_usd, s.close_price_usd) as low_usd,
    coalesce(p.close_usd, s.close_price_usd) as close_usd,
    p.low_at,
    coalesce(p.n_venues, 0) as n_venues,
    coalesce(p.is_continuous, u.class = 'stablecoin') as in_index
from supply as s
inner join universe as u on s.asset = u.asset and s.day >= u.valid_from
left join prices as p on s.day = p.day and s.asset = p.asset
where
    u.class in ('coin', 'stablecoin')
    and (p.close_usd is not null or (u.class = 'stablecoin' and s.close_price_usd is not null))
