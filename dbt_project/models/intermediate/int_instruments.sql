-- Each fact of an instrument holds from its day until the next one takes over.
select
    i.venue,
    i.symbol,
    i.kind,
    i.base,
    i.quote,
    u.coin is not null as is_usd_quote,
    i.settlement,
    i.contract_size,
    i.multiplier,
    i.valid_from,
    coalesce(
        lead(i.valid_from) over (partition by i.venue, i.symbol order by i.valid_from), cast('9999-12-31' as date)
    ) as valid_until
from {{ ref('instruments') }} as i
left join {{ ref('usd_coins') }} as u on coalesce(i.quote, 'USD') = u.coin
