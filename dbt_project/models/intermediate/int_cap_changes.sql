-- Each asset from the close of the day before to its own. What the day before had is read from that day's rows alone, so that
-- neither the order of loading nor a third day can matter.
with caps as (
    select * from {{ ref('int_caps') }}
),

closes as (
    select {{ add_days('day', 1) }} as day, asset, close_usd from {{ ref('int_day_prices') }} where is_closed
),

supplies as (
    select {{ add_days('day', 1) }} as day, asset, supply, publishers, close_price_usd
    from {{ ref('int_supply') }}
    where supply_day = day
),

joined as (
    select
        c.*,
        coalesce(p.close_usd, case when c.is_stable then s.close_price_usd end) as prior_close_usd,
        case when s.publishers = c.publishers then s.supply end as prior_supply
    from caps as c
    left join closes as p on c.day = p.day and c.asset = p.asset
    left join supplies as s on c.day = s.day and c.asset = s.asset
)

select
    *,
    prior_close_usd * coalesce(prior_supply, supply) as prior_close_cap_usd,
    close_usd * supply as close_cap_usd,
    close_usd * supply - prior_close_usd * coalesce(prior_supply, supply) as change_usd,
    coalesce(prior_supply, supply) * (close_usd - prior_close_usd) as price_effect_usd,
    case when supply_day = day and prior_close_usd is not null then close_usd * (supply - prior_supply) end
        as supply_effect_usd
from joined
