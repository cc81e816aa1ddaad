-- An asset is of one class on any day.
{{ config(meta={'dagster': {'ref': {'name': 'universe'}}}) }}
with stated as (
    select
        asset,
        valid_from,
        valid_until,
        lead(valid_from) over (partition by asset order by valid_from) as next_from
    from {{ ref('universe') }}
)

select *
from stated
where valid_until <= valid_from or next_from <= valid_from or (next_from is not null and (valid_until is null or next_from < valid_until))
