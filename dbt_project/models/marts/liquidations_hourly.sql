select
    day,
    cast(hour(started_at) as integer) as hour,
    asset,
    sum(long_usd) as long_usd,
    sum(short_usd) as short_usd,
    sum(total_usd) as total_usd,
    cast(sum(n_orders) as bigint) as n_orders
from {{ ref('int_liquidations') }}
where {{ in_build_days() }} and resolution_s <= 3600
group by day, hour(started_at), asset
