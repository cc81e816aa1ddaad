{{ config(incremental_strategy='replace_reached_days', reach=376) }}
with bins as (
    select * from {{ ref('int_liquidation_prices') }} as p where {{ in_reach('p.day', 376) }}
),

levels as (
    select day, asset, level_usd, kinds, lead(level_usd) over (partition by day, asset order by level_usd) as next_level_usd
    from {{ ref('int_levels') }}
),

placed as (
    select day, asset, price_usd, side, total_usd, n_orders, null as level_usd, 1 as place from bins
    union all
    select day, asset, level_usd as price_usd, null as side, null as total_usd, null as n_orders, level_usd, 0 as place from levels
),

-- of the levels, the highest at or below the price
found as (
    select
        day, asset, side, total_usd, n_orders,
        max(level_usd) over (
            partition by day, asset order by price_usd, place rows between unbounded preceding and current row
        ) as level_usd
    from placed
),

sides as (
    select day, asset, side, {{ exact_sum('total_usd') }} as total_usd from bins group by day, asset, side
),

sums as (
    select day, asset, side, level_usd, {{ exact_sum('total_usd') }} as total_usd, sum(n_orders) as n_orders
    from found
    where side is not null and level_usd is not null
    group by day, asset, side, level_usd
),

final as (
    select
        s.day,
        s.asset,
        s.side as liquidated_side,
        s.level_usd,
        l.next_level_usd as to_usd,
        l.kinds,
        s.total_usd,
        s.total_usd / nullif(t.total_usd, 0) as share_of_side,
        cast(s.n_orders as bigint) as n_orders,
        w.simulated
    from sums as s
    inner join levels as l on s.day = l.day and s.asset = l.asset and s.level_usd = l.level_usd
    inner join sides as t on s.day = t.day and s.asset = t.asset and s.side = t.side
    inner join {{ ref('int_level_windows') }} as w on s.day = w.day and s.asset = w.asset
)

select * from final
