{{ config(incremental_strategy='replace_reached_days', reach=376) }}
with levels as (
    select * from {{ ref('level_breaks') }} as b where {{ in_reach('b.day', 376) }}
),

-- longs are liquidated under supports, shorts above resistances
bins as (
    select
        day,
        asset,
        case when liquidated_side = 'long' then 'support' else 'resistance' end as side,
        (from_usd + to_usd) / 2 as middle_usd,
        total_usd
    from {{ ref('liquidations_by_price') }} as p
    where {{ in_reach('p.day', 376) }}
),

sides as (
    select day, asset, side, {{ exact_sum('total_usd') }} as side_usd from bins group by day, asset, side
),

near as (
    select l.day, l.asset, l.level, {{ exact_sum('b.total_usd') }} as beyond_usd
    from levels as l
    inner join bins as b
        on l.day = b.day and l.asset = b.asset and l.side = b.side
        and case
            when l.side = 'support' then b.middle_usd < l.level_usd and b.middle_usd >= 0.99 * l.level_usd
            else b.middle_usd > l.level_usd and b.middle_usd <= 1.01 * l.level_usd
        end
    group by l.day, l.asset, l.level
),

final as (
    select
        l.day,
        l.asset,
        l.level,
        l.level_usd,
        l.side,
        coalesce(n.beyond_usd, 0) as beyond_usd,
        s.side_usd,
        coalesce(n.beyond_usd, 0) / s.side_usd as beyond_share,
        l.simulated
    from levels as l
    inner join sides as s on l.day = s.day and l.asset = s.asset and l.side = s.side
    left join near as n on l.day = n.day and l.asset = n.asset and l.level = n.level
)

select * from final
