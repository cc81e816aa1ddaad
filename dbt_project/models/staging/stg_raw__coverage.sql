select
    day,
    venue,
    dataset,
    hour,
    state,
    reason,
    rows_seen,
    rows_expected
from {{ source('raw', 'coverage') }}
