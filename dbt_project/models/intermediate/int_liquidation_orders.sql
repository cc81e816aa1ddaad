-- Each order with its side and USD notional; orders whose instrument or side is not known stay out and are listed elsewhere.
with orders as (
    select * from {{ ref('stg_raw__liquidations') }}
),

instruments as (
    select * from {{ ref('int_instruments') }}
),

sides as (
    select * from {{ ref('liquidation_sides') }}
),

told as (
    select
        o.*,
        coalesce(o.asset, i.base) as base,
        coalesce(o.liquidated_side, s.liquidated_side) as side,
        coalesce(
            o.notional_usd,
            {{ notional_usd('i.kind', 'o.quantity_unit', 'o.quantity', 'o.price', 'i.contract_size') }}
        ) as usd
    from orders as o
    left join instruments as i
        on o.venue = i.venue and o.symbol = i.symbol and o.day >= i.valid_from and o.day < i.valid_until
    left join sides as s
        on o.feed = s.feed and o.order_side = s.order_side and o.day >= s.valid_from and o.day < s.valid_until
)

select
    day,
    venue,
    base as asset,
    symbol,
    occurred_at,
    date_trunc('minute', occurred_at) as minute_at,
    side,
    usd as notional_usd,
    price_basis,
    dump_path
from told
where base is not null and side is not null and usd is not null
