{% set edges = [('below 1k', 0, 1000), ('1k to 10k', 1000, 10000), ('10k to 100k', 10000, 100000), ('100k to 1M', 100000, 1000000),
    ('1M to 10M', 1000000, 10000000), ('10M and more', 10000000, none)] -%}
with counted as (
    select distinct day, asset from {{ ref('int_liquidations') }} where {{ in_build_days() }} and basis = 'orders'
),

orders as (
    select o.day, o.asset, o.side, o.notional_usd
    from {{ ref('int_liquidation_orders') }} as o
    inner join counted as c on o.day = c.day and o.asset = c.asset
),

buckets as (
    {% for name, low, high in edges -%}
    select '{{ name }}' as bucket, cast({{ low }} as double) as from_usd, cast({{ 'null' if high is none else high }} as double) as to_usd
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        o.day,
        o.asset,
        b.bucket,
        b.from_usd,
        b.to_usd,
        count(*) as n_orders,
        {{ exact_sum('o.notional_usd') }} as total_usd,
        coalesce({{ exact_sum("case when o.side = 'long' then o.notional_usd end") }}, 0) as long_usd,
        coalesce(max(case when s.simulated then 1 else 0 end), 0) = 1 as simulated
    from orders as o
    inner join buckets as b on o.notional_usd >= b.from_usd and (o.notional_usd < b.to_usd or b.to_usd is null)
    left join {{ ref('int_simulated') }} as s on o.day = s.day
    group by o.day, o.asset, b.bucket, b.from_usd, b.to_usd
)

select * from final
