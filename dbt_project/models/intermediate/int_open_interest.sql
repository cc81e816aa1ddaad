-- Open interest in coins at the first and last observation of the day per venue, priced by the median of that hour.
with observed as (
    select
        o.day,
        o.venue,
        coalesce(o.asset, i.base) as asset,
        coalesce(o.symbol, o.asset) as symbol,
        o.observed_at,
        p.close_usd as price_usd,
        coalesce(
            o.oi_base,
            case i.kind
                when 'inverse' then o.oi_contracts * i.contract_size / p.close_usd
                when 'linear' then o.oi_contracts * i.contract_size
            end,
            o.oi_usd / p.close_usd
        ) as oi_coin
    from {{ ref('stg_raw__open_interest') }} as o
    left join {{ ref('int_instruments') }} as i
        on o.venue = i.venue and o.symbol = i.symbol and o.day >= i.valid_from and o.day < i.valid_until
    inner join {{ ref('int_hours') }} as p
        on coalesce(o.asset, i.base) = p.asset and date_trunc('hour', o.observed_at) = p.open_at
    where {{ in_build_days('o.day') }}
),

instruments as (
    select
        day, venue, asset, symbol,
        min_by(oi_coin, observed_at) as oi_coin_open,
        max_by(oi_coin, observed_at) as oi_coin_close
    from observed
    where oi_coin is not null
    group by day, venue, asset, symbol
    having
        min(observed_at) < {{ add_seconds(day_start('day'), 7200) }}
        and max(observed_at) >= {{ add_seconds(day_start('day'), 79200) }}
)

select
    day,
    asset,
    sum(oi_coin_open) as oi_coin_open,
    sum(oi_coin_close) as oi_coin_close,
    count(distinct venue) as n_venues
from instruments
group by day, asset
