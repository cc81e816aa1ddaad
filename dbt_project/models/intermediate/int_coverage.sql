{{ config(materialized='incremental', incremental_strategy='replace_days') }}
-- What the files that were read prove about each hour, kept for all days.
with kept as (
    select day, venue, sum(rows_kept) as n_rows
    from {{ ref('stg_raw__dump_files') }}
    where dataset = 'liquidations' and {{ in_build_days() }}
    group by day, venue
),

uncounted as (
    select day, venue, sum(n_rows) as n_rows
    from {{ ref('int_unknown_rows') }}
    where dataset = 'liquidations'
    group by day, venue
),

-- of what such a venue liquidated nothing is known, however whole its file
untold as (
    select u.day, u.venue, true as is_untold
    from uncounted as u
    inner join kept as k on u.day = k.day and u.venue = k.venue and u.n_rows >= k.n_rows
)

select
    c.day,
    c.venue,
    c.dataset,
    c.hour,
    case when u.is_untold then 'missing' else c.state end as state,
    case when u.is_untold then 'no row of the day could be counted, see unknown_instruments' else c.reason end as reason
from {{ ref('stg_raw__coverage') }} as c
left join untold as u on c.day = u.day and c.venue = u.venue and c.dataset = 'liquidations'
where {{ in_build_days('c.day') }}
