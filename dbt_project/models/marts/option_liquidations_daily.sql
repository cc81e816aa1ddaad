with orders as (
    select * from {{ ref('stg_raw__liquidations') }} where {{ in_build_days() }}
),

told as (
    select
        o.day,
        o.venue,
        p.base as asset,
        coalesce(o.liquidated_side, s.liquidated_side) as side,
        o.quantity * p.contract_size as coins,
        o.quantity * p.contract_size * u.usd as underlying_usd,
        o.quantity * p.contract_size * o.price * c.usd as premium_usd
    from orders as o
    inner join {{ ref('option_symbols') }} as p
        on o.venue = p.venue and o.symbol like p.pattern and o.day >= p.valid_from and o.day < p.valid_until
    left join {{ ref('liquidation_sides') }} as s
        on o.feed = s.feed and o.order_side = s.order_side and o.day >= s.valid_from and o.day < s.valid_until
    left join {{ ref('int_coin_minutes') }} as u
        on o.day = u.day and date_trunc('minute', o.occurred_at) = u.minute_at and p.base = u.coin
    left join {{ ref('int_coin_minutes') }} as c
        on o.day = c.day and date_trunc('minute', o.occurred_at) = c.minute_at and p.premium_coin = c.coin
),

final as (
    select
        t.day,
        t.venue,
        t.asset,
        count(*) as n_orders,
        count(case when t.premium_usd is null or t.underlying_usd is null then 1 end) as n_unpriced,
        {{ exact_sum('t.coins') }} as underlying_coins,
        {{ exact_sum('t.underlying_usd') }} as underlying_usd,
        {{ exact_sum('t.premium_usd') }} as premium_usd,
        coalesce({{ exact_sum("case when t.side = 'long' then t.premium_usd end") }}, 0) as long_premium_usd,
        coalesce(max(case when m.simulated then 1 else 0 end), 0) = 1 as simulated
    from told as t
    left join {{ ref('int_simulated') }} as m on t.day = m.day
    group by t.day, t.venue, t.asset
)

select * from final
