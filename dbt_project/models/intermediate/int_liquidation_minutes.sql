{{ config(materialized='incremental', incremental_strategy='replace_days') }}
-- What counts, by minute, kept for all days: waves are told from the minutes of the month before.
select day, started_at as minute_at, venue, asset, long_usd, short_usd, total_usd
from {{ ref('int_liquidations') }}
where {{ in_build_days() }} and resolution_s = 60
