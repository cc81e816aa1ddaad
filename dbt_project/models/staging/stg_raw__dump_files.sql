select
    day,
    venue,
    source,
    dataset,
    feed,
    dump_path,
    sha256,
    bytes,
    rows_in,
    rows_kept,
    rows_quarantined,
    simulated
from {{ source('raw', 'dump_files') }}
