-- One series of bars per venue and asset and day; prices in USD per coin, those in a stablecoin at its USD price when the bar closes.
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
        c.feed,
        c.interval_s,
        c.open_at,
        -- a stablecoin without a price counts as 1.00, and says so
        coalesce(i.quote, 'not named') <> 'USD' and coalesce(m.fx_assumed, true) as fx_assumed,
        c.open / coalesce(i.multiplier, 1) * coalesce(m.usd, 1) as open_usd,
        c.high / coalesce(i.multiplier, 1) * coalesce(m.usd, 1) as high_usd,
        c.low / coalesce(i.multiplier, 1) * coalesce(m.usd, 1) as low_usd,
        c.close / coalesce(i.multiplier, 1) * coalesce(m.usd, 1) as close_usd,
        coalesce(c.quote_volume, c.base_volume * c.close) * coalesce(m.usd, 1) as volume_usd
    from candles as c
    left join instruments as i
        on c.venue = i.venue and c.symbol = i.symbol and c.day >= i.valid_from and c.day < i.valid_until
    left join {{ ref('int_stablecoin_minutes') }} as m
        on c.day = m.day and i.quote = m.coin and {{ closing_minute('c.open_at', 'c.interval_s') }} = m.minute_at
    where coalesce(c.asset, i.base) is not null and coalesce(i.is_usd_quote, true)
),

series as (
    select day, venue, asset, symbol, feed, interval_s, count(*) * interval_s as covered_s, sum(volume_usd) as volume_usd
    from priced
    group by day, venue, asset, symbol, feed, interval_s
),

reach as (
    select *, max(covered_s) over (partition by day, venue, asset) as best_s
    from series
),

ranked as (
    select
        *,
        row_number() over (
            partition by day, venue, asset order by interval_s, coalesce(volume_usd, 0) desc, symbol, feed
        ) as place
    from reach
    where covered_s + {{ var('longest_carry_s') }} >= best_s
)

select p.*
from priced as p
inner join ranked as r
    on p.day = r.day and p.venue = r.venue and p.asset = r.asset and p.symbol = r.symbol and p.feed = r.feed
    and p.interval_s = r.interval_s and r.place = 1
