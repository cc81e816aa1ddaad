select
    dump_path,
    sha256,
    min(fetched_at) as fetched_at
from {{ source('raw', 'fetches') }}
group by dump_path, sha256
