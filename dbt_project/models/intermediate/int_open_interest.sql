-- Open interest of an asset in coins, summed over the instruments that have both ends of the day.
select
    day,
    asset,
    max(opened_at) as opened_at,
    {{ exact_sum('oi_coin_open') }} as oi_coin_open,
    {{ exact_sum('oi_coin_close') }} as oi_coin_close,
    count(distinct venue) as n_venues,
    {{ listed('venue') }} as venues
from {{ ref('int_open_interest_venues') }}
group by day, asset
