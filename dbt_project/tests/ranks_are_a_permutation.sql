-- Places of a day are the whole numbers from 1 up, each once.
{{ config(meta={'dagster': {'ref': {'name': 'liquidations_by_asset_daily'}}}) }}
with places as (
    select day, 'liquidations_by_asset_daily' as mart, rank as place
    from {{ ref('liquidations_by_asset_daily') }}
    where {{ in_build_days() }}
    union all
    select day, 'market_dominance_daily' as mart, cap_rank as place
    from {{ ref('market_dominance_daily') }}
    where {{ in_build_days() }}
)

select day, mart, count(*) as n_rows, count(distinct place) as n_places
from places
group by day, mart
having count(distinct place) <> count(*) or min(place) <> 1 or max(place) <> count(*)
