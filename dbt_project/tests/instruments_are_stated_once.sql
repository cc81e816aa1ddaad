-- One fact per instrument and day it holds from, and sizes that can be multiplied by.
{{ config(meta={'dagster': {'ref': {'name': 'instruments'}}}) }}
select venue, symbol, valid_from, count(*) as n_rows
from {{ ref('instruments') }}
group by venue, symbol, valid_from
having count(*) > 1 or min(contract_size) <= 0 or min(multiplier) <= 0
