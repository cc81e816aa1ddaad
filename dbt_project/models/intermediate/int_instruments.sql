-- Each fact of an instrument holds from its day until the next one takes over.
select
    venue,
    symbol,
    kind,
    base,
    quote,
    settlement,
    contract_size,
    multiplier,
    valid_from,
    coalesce(
        lead(valid_from) over (partition by venue, symbol order by valid_from), cast('9999-12-31' as date)
    ) as valid_until
from {{ ref('instruments') }}
