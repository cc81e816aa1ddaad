select
    day,
    asset,
    open_at,
    open_usd,
    high_usd,
    low_usd,
    close_usd,
    cast(n_venues as integer) as n_venues
from {{ ref('int_hours') }}
where {{ in_build_days() }}
