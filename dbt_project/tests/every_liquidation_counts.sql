-- What a feed read of liquidations is either an order that counts, or a repeat of another feed's, and nothing is listed with a reason.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'unknown_instruments'}}}) }}
select day, venue, symbol, reason, n_rows
from {{ ref('unknown_instruments') }}
where dataset = 'liquidations' and {{ in_build_days() }}
