-- A venue that fails has its sides read the wrong way round, or an odd day: it is flagged, not stopped.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'side_guard_daily'}}}) }}
select day, venue, asset, change_pct, long_share
from {{ ref('side_guard_daily') }}
where {{ in_build_days() }} and not passes
