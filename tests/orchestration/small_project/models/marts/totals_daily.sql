with orders as (select day, sum(n_orders) as n_orders, sum(total_usd) as total_usd from {{ ref('orders_daily') }} group by day),
before as (select day, count(*) as n_rows from {{ source('raw', 'liquidations') }} group by day),
fetched as (select count(*) as n_fetched from {{ source('raw', 'fetches') }})
select orders.day, orders.n_orders, orders.total_usd, coalesce(before.n_rows, 0) as n_orders_day_before, n_fetched
from orders cross join fetched
left join before on before.day = orders.day - 1
where orders.day in (select day from {{ source('raw', 'build_days') }})
