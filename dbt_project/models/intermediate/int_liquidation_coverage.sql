-- Of each venue and day that the lake shows, the neighbours of the build days too: how many hours its liquidations are complete, partial or missing.
select
    day,
    venue,
    dataset = 'liquidation_bars' as is_aggregated,
    sum(case when state = 'complete' then 1 else 0 end) as hours_complete,
    sum(case when state = 'partial' then 1 else 0 end) as hours_partial,
    sum(case when state = 'missing' then 1 else 0 end) as hours_missing
from {{ ref('int_coverage') }}
where dataset in ('liquidations', 'liquidation_bars') and day in (select day from {{ ref('stg_raw__coverage') }})
group by day, venue, dataset = 'liquidation_bars'
