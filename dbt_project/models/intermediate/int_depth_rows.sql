-- What rests within 1 % of the middle of the book, in USD, or the reason why it cannot be counted.
with rows_within as (
    select * from {{ ref('stg_raw__depth') }} where within_pct = 1 and {{ in_build_days() }}
),

instruments as (
    select * from {{ ref('int_instruments') }}
),

coins as (
    select * from {{ ref('int_coin_minutes') }}
),

told as (
    select
        d.*,
        coalesce(d.asset, i.base) as base,
        coalesce(d.symbol, d.asset) as instrument,
        i.kind,
        i.contract_size,
        -- a stablecoin without a price counts as 1.00
        coalesce(c.usd, case when coalesce(i.is_usd_quote, true) then 1 end) as coin_usd
    from rows_within as d
    left join instruments as i
        on d.venue = i.venue and d.symbol = i.symbol and d.day >= i.valid_from and d.day < i.valid_until
    left join coins as c on d.day = c.day and date_trunc('minute', d.observed_at) = c.minute_at and i.quote = c.coin
),

valued as (
    select
        *,
        case coalesce(kind, 'spot')
            when 'inverse' then depth_base * contract_size
            when 'linear' then depth_quote * coin_usd
            when 'spot' then depth_quote * coin_usd
        end as usd
    from told
)

select
    day,
    venue,
    base as asset,
    instrument,
    observed_at,
    side,
    usd as depth_usd,
    feed,
    dump_path,
    case
        when base is null then 'instrument is not in the seed'
        when kind = 'quanto' then 'depth of a quanto instrument'
        when usd is null and kind = 'inverse' then 'depth of an inverse instrument not stated in contracts'
        when usd is null and coin_usd is null then 'no USD price of the quote coin'
        when usd is null then 'depth is not stated in quote units'
        when not usd < 1e15 then 'depth is not plausible'
    end as reason
from valued
