select
    day,
    venue,
    symbol,
    dataset,
    cast(sum(n_rows) as bigint) as n_rows,
    min(dump_path) as first_dump_path,
    venue || ',' || symbol || ',<kind>,<base>,<quote>,<settlement>,<contract_size>,<multiplier>,' || cast(day as varchar)
        as seed_line
from {{ ref('int_unknown_rows') }}
group by day, venue, symbol, dataset
