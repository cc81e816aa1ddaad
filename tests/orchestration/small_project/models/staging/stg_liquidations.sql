select day, venue, symbol, quantity * price as usd
from {{ source('raw', 'liquidations') }}
where day in (select day from {{ source('raw', 'build_days') }})
