{{ config(incremental_strategy='replace_reached_days', reach=7) }}
with stated as (
    select * from {{ ref('int_coverage') }} as c where {{ in_reach('c.day', 7) }}
),

read as (
    select distinct day, venue, dataset from {{ ref('dump_files') }}
),

days as (
    select distinct day from read where {{ in_reach('read.day', 7) }}
),

expected as (
    select d.day, r.venue, r.dataset, max(r.day) as last_read_day
    from days as d
    inner join read as r on r.day <= d.day and r.day >= {{ add_days('d.day', -7) }}
    group by d.day, r.venue, r.dataset
),

hours as (
    select e.*, n.n as hour from expected as e cross join {{ numbers(24) }} as n
),

final as (
    select
        coalesce(s.day, h.day) as day,
        cast(coalesce(s.hour, h.hour) as integer) as hour,
        coalesce(s.venue, h.venue) as venue,
        coalesce(s.dataset, h.dataset) as dataset,
        coalesce(s.state, 'missing') as state,
        coalesce(s.reason, case when h.last_read_day = h.day then 'the file says nothing of the hour' else 'no file' end)
            as reason
    from hours as h
    full join stated as s on h.day = s.day and h.venue = s.venue and h.dataset = s.dataset and h.hour = s.hour
)

select * from final
