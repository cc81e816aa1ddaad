select day, venue, count(*) as n_orders, sum(usd) as total_usd from {{ ref('stg_liquidations') }} group by all
