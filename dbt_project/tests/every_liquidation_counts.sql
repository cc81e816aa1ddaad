-- What a feed read of liquidations is either an order that counts, a repeat of another feed's, or listed with a reason.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'unknown_instruments'}}}) }}
select day, venue, reason, count(*) as n_rows
from {{ ref('int_liquidation_rows') }}
where reason is not null and {{ in_build_days() }}
group by day, venue, reason
