select
    day,
    venue,
    occurred_at,
    symbol,
    asset,
    order_side,
    liquidated_side,
    quantity,
    quantity_unit,
    price,
    price_basis,
    notional_usd,
    order_id,
    feed,
    dump_path
from {{ source('raw', 'liquidations') }}
