-- Rows that no figure counts because of their instrument, contract or side: kept in the lake, counted here with the reason. Options have a
-- figure of their own.
with counted as (
    {% for dataset in ['candles', 'funding', 'open_interest', 'reference_prices'] -%}
    select
        day, venue, symbol, {{ 'null as asset' if dataset == 'reference_prices' else 'asset' }}, '{{ dataset }}' as dataset, dump_path, count(*) as n_rows,
        {{ 'count(case when oi_base is null and oi_usd is null then 1 end)' if dataset == 'open_interest' else '0' }}
            as n_in_contracts
    from {{ ref('stg_raw__' ~ dataset) }}
    where {{ in_build_days() }}
    group by day, venue, symbol, asset, dump_path
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

judged as (
    select
        c.*,
        case
            when c.asset is null and i.symbol is null then 'instrument is not in the seed'
            when c.dataset = 'candles' and not i.is_usd_quote then 'no USD price of the quote coin'
            when c.n_in_contracts > 0 and coalesce(i.kind, 'none') not in ('linear', 'inverse')
                then 'open interest in contracts of an unknown or quanto instrument'
        end as reason
    from counted as c
    left join {{ ref('int_instruments') }} as i
        on c.venue = i.venue and c.symbol = i.symbol and c.day >= i.valid_from and c.day < i.valid_until
)

select
    day, venue, coalesce(symbol, asset) as symbol, dataset, dump_path, reason,
    sum(case when n_in_contracts > 0 and reason like 'open interest%' then n_in_contracts else n_rows end) as n_rows
from judged
where reason is not null
group by day, venue, coalesce(symbol, asset), dataset, dump_path, reason

union all

select day, venue, instrument as symbol, 'liquidations' as dataset, dump_path, reason, count(*) as n_rows
from {{ ref('int_liquidation_rows') }}
where reason is not null and not is_option and {{ in_build_days() }}
group by day, venue, instrument, dump_path, reason

union all

select day, venue, instrument as symbol, 'depth' as dataset, dump_path, reason, count(*) as n_rows
from {{ ref('int_depth_rows') }}
where reason is not null
group by day, venue, instrument, dump_path, reason
