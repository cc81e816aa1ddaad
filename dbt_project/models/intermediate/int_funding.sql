-- Settled rates normalised to eight hours, at the nearest full minute.
with settled as (
    select
        f.day,
        f.venue,
        coalesce(f.asset, i.base) as asset,
        coalesce(f.symbol, f.asset) as instrument,
        date_trunc('minute', {{ add_seconds('f.settled_at', 30) }}) as settled_at,
        f.rate,
        f.interval_h
    from {{ ref('stg_raw__funding') }} as f
    left join {{ ref('int_instruments') }} as i
        on f.venue = i.venue and f.symbol = i.symbol and f.day >= i.valid_from and f.day < i.valid_until
    where coalesce(f.asset, i.base) is not null
),

-- the interval ends with its settlement; the distance to the next one of the same day guards against a missing row
spaced as (
    select
        *,
        {{ seconds_between('lag(settled_at) over (partition by venue, instrument order by settled_at)', 'settled_at') }}
            / 3600e0 as since_h,
        {{ seconds_between('settled_at', 'lead(settled_at) over (partition by venue, instrument, day order by settled_at)') }}
            / 3600e0 as until_h
    from settled
),

intervals as (
    select
        *,
        coalesce(
            interval_h,
            least(coalesce(nullif(since_h, 0), until_h), coalesce(nullif(until_h, 0), since_h), 8),
            8
        ) as length_h
    from spaced
)

select
    day,
    venue,
    asset,
    instrument,
    settled_at,
    length_h as interval_h,
    rate * 8 / length_h as rate_8h
from intervals
