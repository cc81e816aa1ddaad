-- The orders that count. Where several feeds tell of one instrument and hour, the one with the most orders does: never two.
with known as (
    select *, date_trunc('hour', occurred_at) as hour_at
    from {{ ref('int_liquidation_rows') }}
    where reason is null
),

feeds as (
    select
        day, venue, instrument, hour_at, feed,
        row_number() over (partition by day, venue, instrument, hour_at order by count(*) desc, feed) as place
    from known
    group by day, venue, instrument, hour_at, feed
)

select
    k.day,
    k.venue,
    k.asset,
    k.symbol,
    k.occurred_at,
    date_trunc('minute', k.occurred_at) as minute_at,
    k.side,
    k.notional_usd,
    k.price_usd,
    k.price_basis,
    k.fx_assumed,
    k.dump_path
from known as k
inner join feeds as f
    on k.day = f.day and k.venue = f.venue and k.instrument = f.instrument and k.hour_at = f.hour_at
    and k.feed = f.feed and f.place = 1
