select
    day,
    universe,
    observed_at as at,
    cap_usd
from {{ ref('int_market_cap_points') }}
where n * step_s % 300 = 0
