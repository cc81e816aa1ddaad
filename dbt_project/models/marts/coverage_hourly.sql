{{ config(materialized='table') }}
with stated as (
    select * from {{ ref('int_coverage') }}
),

read as (
    select distinct day, venue, dataset from {{ ref('dump_files') }}
),

expected as (
    select distinct d.day, r.venue, r.dataset
    from (select distinct day from read) as d
    inner join read as r on r.day <= d.day and r.day >= {{ add_days('d.day', -7) }}
),

hours as (
    select e.*, n.n as hour from expected as e cross join {{ numbers(24) }} as n
),

keys as (
    select day, venue, dataset, hour from hours
    union
    select day, venue, dataset, hour from stated
)

select
    k.day,
    cast(k.hour as integer) as hour,
    k.venue,
    k.dataset,
    coalesce(s.state, 'missing') as state,
    coalesce(s.reason, 'no file') as reason
from keys as k
left join stated as s on k.day = s.day and k.venue = s.venue and k.dataset = s.dataset and k.hour = s.hour
