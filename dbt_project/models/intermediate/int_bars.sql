-- One instrument per venue and asset, the one with the finest bars, then the largest volume; prices in USD per coin.
with candles as (
    select * from {{ ref('stg_raw__candles') }}
),

instruments as (
    select * from {{ ref('int_instruments') }}
),

priced as (
    select
        c.day,
        c.venue,
        coalesce(c.asset, i.base) as asset,
        coalesce(c.symbol, c.asset) as symbol,
        c.interval_s,
        c.open_at,
        c.open / coalesce(i.multiplier, 1) as open_usd,
        c.high / coalesce(i.multiplier, 1) as high_usd,
        c.low / coalesce(i.multiplier, 1) as low_usd,
        c.close / coalesce(i.multiplier, 1) as close_usd,
        coalesce(c.quote_volume, c.base_volume * c.close) as volume_usd
    from candles as c
    left join instruments as i
        on c.venue = i.venue and c.symbol = i.symbol and c.day >= i.valid_from and c.day < i.valid_until
    where coalesce(c.asset, i.base) is not null
),

ranked as (
    select
        day,
        venue,
        asset,
        symbol,
        interval_s,
        row_number() over (
            partition by day, venue, asset
            order by interval_s, coalesce(sum(volume_usd), 0) desc, symbol
        ) as place
    from priced
    group by day, venue, asset, symbol, interval_s
)

select p.*
from priced as p
inner join ranked as r
    on p.day = r.day and p.venue = r.venue and p.asset = r.asset
    and p.symbol = r.symbol and p.interval_s = r.interval_s and r.place = 1
