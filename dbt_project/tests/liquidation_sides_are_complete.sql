-- A feed that has a meaning for one side has one, and one only, for both.
{{ config(meta={'dagster': {'ref': {'name': 'liquidation_sides'}}}) }}
select feed, valid_from, count(*) as n_rows, count(distinct liquidated_side) as n_sides
from {{ ref('liquidation_sides') }}
group by feed, valid_from
having count(*) <> 2 or count(distinct order_side) <> 2 or count(distinct liquidated_side) <> 2
