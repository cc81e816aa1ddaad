-- Largest order of each asset and day among those that count; ties by time, then venue and instrument.
with counted as (
    select distinct day, asset from {{ ref('int_liquidations') }} where basis = 'orders'
),

ranked as (
    select
        o.*,
        row_number() over (
            partition by o.day, o.asset order by o.notional_usd desc, o.occurred_at, o.venue, o.symbol
        ) as place
    from {{ ref('int_liquidation_orders') }} as o
    inner join counted as c on o.day = c.day and o.asset = c.asset
    where {{ in_build_days('o.day') }}
)

select day, asset, venue, side, occurred_at, notional_usd
from ranked
where place = 1
