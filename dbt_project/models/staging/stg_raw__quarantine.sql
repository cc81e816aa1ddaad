select
    day,
    venue,
    dataset,
    feed,
    dump_path,
    row_number,
    reason,
    raw
from {{ source('raw', 'quarantine') }}
