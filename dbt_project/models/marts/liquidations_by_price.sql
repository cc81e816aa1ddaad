{% set bins_per_unit = 200 -%}
with counted as (
    select distinct day, asset from {{ ref('int_liquidations') }} where {{ in_build_days() }} and basis = 'orders'
),

opens as (
    select day, asset, open_usd from {{ ref('int_day_prices') }} where {{ in_build_days() }}
),

orders as (
    select
        o.day, o.asset, o.side, o.notional_usd, p.open_usd,
        -- counted from the open, so that rounding cannot move the bin's edge away from it
        try_cast(floor(o.price_usd / p.open_usd * {{ bins_per_unit }}) - {{ bins_per_unit }} as integer) as bin
    from {{ ref('int_liquidation_orders') }} as o
    inner join counted as c on o.day = c.day and o.asset = c.asset
    inner join opens as p on o.day = p.day and o.asset = p.asset
),

sides as (
    select
        day, asset, side,
        {{ exact_sum('notional_usd') }} as total_usd,
        {{ exact_sum('case when bin is not null then notional_usd end') }} as priced_usd
    from orders
    group by day, asset, side
),

bins as (
    select day, asset, side, bin, open_usd, {{ exact_sum('notional_usd') }} as total_usd, count(*) as n_orders
    from orders
    where bin is not null
    group by day, asset, side, bin, open_usd
),

final as (
    select
        b.day,
        b.asset,
        b.side as liquidated_side,
        b.bin,
        b.open_usd * (1 + cast(b.bin as double) / {{ bins_per_unit }}) as from_usd,
        b.open_usd * (1 + cast(b.bin + 1 as double) / {{ bins_per_unit }}) as to_usd,
        (b.bin + 0.5e0) / {{ bins_per_unit }} as from_open_pct,
        b.total_usd,
        b.n_orders,
        s.priced_usd / s.total_usd as priced_share,
        coalesce(m.simulated, false) as simulated
    from bins as b
    inner join sides as s on b.day = s.day and b.asset = s.asset and b.side = s.side
    left join {{ ref('int_simulated') }} as m on b.day = m.day
)

select * from final
