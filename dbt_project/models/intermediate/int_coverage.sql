{{ config(materialized='incremental', incremental_strategy='replace_days') }}
-- What the files that were read prove about each hour, kept for all days.
select day, venue, dataset, hour, state, reason
from {{ ref('stg_raw__coverage') }}
where {{ in_build_days() }}
