-- Whether any file behind a day says that its data is simulated.
select day, max(case when simulated then 1 else 0 end) = 1 as simulated
from {{ ref('stg_raw__dump_files') }}
group by day
