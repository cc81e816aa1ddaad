-- Settled rates normalised to eight hours, at the full minute; the interval is the dump's, else the distance to the one before.
with settled as (
    select
        f.venue,
        coalesce(f.asset, i.base) as asset,
        coalesce(f.symbol, f.asset) as symbol,
        date_trunc('minute', f.settled_at) as settled_at,
        f.rate,
        f.interval_h
    from {{ ref('stg_raw__funding') }} as f
    left join {{ ref('int_instruments') }} as i
        on f.venue = i.venue and f.symbol = i.symbol and f.day >= i.valid_from and f.day < i.valid_until
    where coalesce(f.asset, i.base) is not null
),

spaced as (
    select
        *,
        {{ seconds_between('lag(settled_at) over (partition by venue, asset, symbol order by settled_at)', 'settled_at') }}
            / 3600.0 as since_h,
        {{ seconds_between('settled_at', 'lead(settled_at) over (partition by venue, asset, symbol order by settled_at)') }}
            / 3600.0 as until_h
    from settled
)

select
    venue,
    asset,
    symbol,
    settled_at,
    rate * 8 / coalesce(interval_h, least(coalesce(since_h, until_h), coalesce(until_h, since_h)), 8) as rate_8h
from spaced
