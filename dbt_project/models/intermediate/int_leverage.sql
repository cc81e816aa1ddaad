{{ config(materialized='incremental', incremental_strategy='replace_days') }}
-- Open interest and funding of each asset and day, kept for all days: percentiles and the next midnight need them.
with interest as (
    select * from {{ ref('int_open_interest') }}
),

funding as (
    select * from {{ ref('int_funding_days') }}
),

prices as (
    select day, asset, open_usd, close_usd from {{ ref('int_day_prices') }} where {{ in_build_days() }}
),

assets as (
    select day, asset from interest
    union
    select day, asset from funding
)

select
    a.day,
    a.asset,
    i.opened_at as oi_opened_at,
    i.oi_coin_open,
    i.oi_coin_close,
    i.oi_coin_open * p.open_usd as oi_usd_open,
    i.oi_coin_close * p.close_usd as oi_usd_close,
    p.open_usd * (i.oi_coin_close - i.oi_coin_open) as oi_usd_change_positions,
    i.oi_coin_close * (p.close_usd - p.open_usd) as oi_usd_change_price,
    f.funding_8h_midnight,
    f.funding_8h_open,
    f.funding_8h_last,
    f.oi_coin_weighted / nullif(i.oi_coin_open, 0) as funding_oi_share,
    i.n_venues as n_venues_oi,
    i.venues as venues_oi,
    f.n_venues as n_venues_funding
from assets as a
left join interest as i on a.day = i.day and a.asset = i.asset
left join funding as f on a.day = f.day and a.asset = f.asset
left join prices as p on a.day = p.day and a.asset = p.asset
