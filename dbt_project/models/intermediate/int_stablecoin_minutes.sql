-- USD price of each stablecoin by the minute, from its own bars: from those in USD, else from those in another stablecoin, which counts at
-- its price in USD or, where it has none, as 1.00.
with quoted as (
    select
        c.day,
        s.coin,
        coalesce(i.quote, 'USD') as quote,
        c.open_at,
        c.interval_s,
        {{ closing_minute('c.open_at', 'c.interval_s') }} as closing_minute_at,
        c.close / coalesce(i.multiplier, 1) as price
    from {{ ref('stg_raw__candles') }} as c
    left join {{ ref('int_instruments') }} as i
        on c.venue = i.venue and c.symbol = i.symbol and c.day >= i.valid_from and c.day < i.valid_until
    inner join {{ ref('usd_coins') }} as s on coalesce(c.asset, i.base) = s.coin and s.kind = 'stablecoin'
    where coalesce(i.is_usd_quote, true)
),

in_usd as (
    select day, coin, open_at, interval_s, price as usd, false as fx_assumed from quoted where quote = 'USD'
),

direct as (
    select * from {{ carried(median_of_finest(each_minute('in_usd'))) }} as prices
),

in_stablecoins as (
    select q.day, q.coin, q.open_at, q.interval_s, q.price * coalesce(d.usd, 1) as usd, d.usd is null as fx_assumed
    from quoted as q
    left join direct as d on q.day = d.day and q.quote = d.coin and q.closing_minute_at = d.minute_at
    where q.quote <> 'USD'
),

crossed as (
    select * from {{ carried(median_of_finest(each_minute('in_stablecoins'))) }} as prices
)

select
    day,
    coin,
    minute_at,
    coalesce(d.usd, c.usd) as usd,
    coalesce(d.fx_assumed, c.fx_assumed) as fx_assumed
from direct as d
full join crossed as c using (day, coin, minute_at)
