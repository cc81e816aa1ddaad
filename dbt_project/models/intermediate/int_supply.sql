-- Circulating supply of a day: its own row, else the row of the day before. No other day is looked at, so order of loading cannot matter.
with caps as (
    select
        day,
        asset,
        median(coalesce(supply, cap_usd / nullif(price_usd, 0))) as supply,
        median(price_usd) as price_usd,
        {{ listed('case when coalesce(supply, cap_usd / nullif(price_usd, 0)) is not null then venue end') }} as publishers
    from {{ ref('stg_raw__caps') }}
    group by day, asset
),

candidates as (
    select day, asset, supply, price_usd, publishers, day as supply_day from caps
    union all
    select {{ add_days('day', 1) }} as day, asset, supply, null as price_usd, publishers, day as supply_day from caps
)

select
    day,
    asset,
    max_by(supply, supply_day) as supply,
    max(supply_day) as supply_day,
    max_by(publishers, supply_day) as publishers,
    max(price_usd) as close_price_usd
from candidates
where supply is not null
group by day, asset
