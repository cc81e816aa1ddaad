-- Every liquidation that was read, with its side and USD notional, or the reason why it cannot be counted.
with orders as (
    select * from {{ ref('stg_raw__liquidations') }}
),

instruments as (
    select * from {{ ref('int_instruments') }}
),

sides as (
    select * from {{ ref('liquidation_sides') }}
),

coins as (
    select * from {{ ref('int_coin_minutes') }}
),

told as (
    select
        o.day, o.venue, o.symbol, o.occurred_at, o.price_basis, o.feed, o.dump_path, o.quantity_unit,
        coalesce(o.asset, i.base) as asset,
        coalesce(o.symbol, o.asset) as instrument,
        coalesce(o.liquidated_side, s.liquidated_side) as side,
        i.kind,
        i.is_usd_quote,
        o.notional_usd is null and coalesce(i.quote, 'USDT') <> 'USD' and o.quantity_unit <> 'usd'
            and coalesce(c.fx_assumed, true) as fx_assumed,
        -- a stablecoin without a price counts as 1.00, and says so
        coalesce(c.usd, case when coalesce(i.kind, 'none') <> 'quanto' and coalesce(i.is_usd_quote, true) then 1 end) as coin_usd,
        o.notional_usd,
        o.quantity,
        o.price,
        i.contract_size,
        i.multiplier,
        p.pattern is not null as is_option
    from orders as o
    left join instruments as i
        on o.venue = i.venue and o.symbol = i.symbol and o.day >= i.valid_from and o.day < i.valid_until
    left join {{ ref('option_symbols') }} as p
        on o.venue = p.venue and o.symbol like p.pattern and o.day >= p.valid_from and o.day < p.valid_until
    left join sides as s
        on o.feed = s.feed and o.order_side = s.order_side and o.day >= s.valid_from and o.day < s.valid_until
    left join coins as c
        on o.day = c.day and date_trunc('minute', o.occurred_at) = c.minute_at
        and case when i.kind = 'quanto' then i.settlement else i.quote end = c.coin
),

valued as (
    select
        *,
        coalesce(
            notional_usd, {{ notional_usd('kind', 'quantity_unit', 'quantity', 'price', 'contract_size', 'coin_usd') }}
        ) as usd
    from told
)

select
    day,
    venue,
    asset,
    symbol,
    instrument,
    occurred_at,
    side,
    usd as notional_usd,
    -- a quanto contract's coin is that of its settlement, not of its price
    price / coalesce(multiplier, 1) * case when kind = 'quanto' then case when is_usd_quote then 1 end else coin_usd end as price_usd,
    price_basis,
    fx_assumed,
    feed,
    dump_path,
    is_option,
    case
        when is_option then 'an option, told in option_liquidations_daily'
        when asset is null then 'instrument is not in the seed'
        when side is null then 'the feed''s side has no meaning in the seed'
        when usd is null and coin_usd is null and kind = 'quanto' then 'no USD price of the settlement coin'
        when usd is null and coin_usd is null then 'no USD price of the quote coin'
        when usd is null then 'a quantity in ' || coalesce(quantity_unit, 'no unit') || ' does not fit the contract'
        when not usd < 1e15 then 'notional is not plausible'
    end as reason
from valued
