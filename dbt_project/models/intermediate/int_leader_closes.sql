{{ config(materialized='incremental', incremental_strategy='replace_days') }}
-- Minute closes of the assets that may lead a wave, kept for all days: waves are told anew up to 30 days later, when bars are out of sight.
with leaders as (
    select day, asset from {{ ref('liquidations_by_asset_daily') }} where {{ in_build_days() }} and rank <= 10
)

select p.day, p.asset, date_trunc('minute', p.open_at) as minute_at, max_by(p.close_usd, p.open_at) as close_usd
from {{ ref('int_prices') }} as p
inner join leaders as l on p.day = l.day and p.asset = l.asset
where p.interval_s <= 60
group by p.day, p.asset, date_trunc('minute', p.open_at)
