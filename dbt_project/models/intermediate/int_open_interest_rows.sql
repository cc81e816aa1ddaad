-- Open interest in coins at the observations of a build day that figures rest on: of every instrument the first and the last one, near the
-- day's ends; of BTC, whose flush is followed through the day, the last one of each hour too.
with observed as (
    select
        o.*,
        coalesce(o.asset, i.base) as base,
        coalesce(o.symbol, o.asset) as instrument,
        i.kind,
        i.contract_size,
        coalesce(i.multiplier, 1) as multiplier,
        {{ seconds_between(day_start('o.day'), 'o.observed_at') }} as second,
        hour(o.observed_at) as hour
    from {{ ref('stg_raw__open_interest') }} as o
    left join {{ ref('int_instruments') }} as i
        on o.venue = i.venue and o.symbol = i.symbol and o.day >= i.valid_from and o.day < i.valid_until
    where {{ in_build_days('o.day') }} and coalesce(o.asset, i.base) is not null
),

ends as (
    select
        *,
        row_number() over (partition by day, venue, instrument order by observed_at, feed) as from_first,
        row_number() over (partition by day, venue, instrument order by observed_at desc, feed) as from_last,
        row_number() over (partition by day, venue, instrument, hour order by observed_at desc, feed) as from_hour_end
    from observed
    where second < 7200 or second >= 79200 or base = 'BTC'
),

-- price at the observation: the nearer end of the bar that it falls into, else near the ends of the day the nearer one
priced as (
    select
        e.*,
        case
            when p.open_at is null and e.second < 7200 then d.open_usd
            when p.open_at is null and e.second >= 79200 then d.close_usd
            when e.second % d.interval_s < d.interval_s * 0.5 then p.open_usd
            else p.close_usd
        end as price_usd
    from ends as e
    left join {{ ref('int_day_prices') }} as d on e.day = d.day and e.base = d.asset
    left join {{ ref('int_prices') }} as p
        on e.day = p.day and e.base = p.asset
        and p.open_at = {{ add_seconds(day_start('e.day'), 'e.second - e.second % d.interval_s') }}
    where e.from_first = 1 or e.from_last = 1 or (e.base = 'BTC' and e.from_hour_end = 1)
)

select
    day,
    venue,
    base as asset,
    instrument,
    observed_at,
    cast(hour as integer) as hour,
    from_first = 1 and second < 7200 as is_open,
    from_last = 1 and second >= 79200 as is_close,
    from_hour_end = 1 as is_hour_end,
    coalesce(
        oi_base * multiplier,
        case kind
            when 'inverse' then oi_contracts * contract_size / price_usd
            when 'linear' then oi_contracts * contract_size * multiplier
        end,
        oi_usd / price_usd
    ) as oi_coin
from priced
