-- Rows whose instrument is in no seed: kept in the lake, left out of every figure, counted here.
with rows as (
    {% for dataset in ['candles', 'funding', 'open_interest', 'liquidations'] -%}
    select day, venue, symbol, '{{ dataset }}' as dataset, dump_path
    from {{ ref('stg_raw__' ~ dataset) }}
    where asset is null
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select r.day, r.venue, r.symbol, r.dataset, r.dump_path, count(*) as n_rows
from rows as r
left join {{ ref('int_instruments') }} as i
    on r.venue = i.venue and r.symbol = i.symbol and r.day >= i.valid_from and r.day < i.valid_until
where i.symbol is null and {{ in_build_days('r.day') }}
group by r.day, r.venue, r.symbol, r.dataset, r.dump_path
