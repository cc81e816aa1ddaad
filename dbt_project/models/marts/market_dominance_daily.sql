with members as (
    select * from {{ ref('int_cap_changes') }} where in_index
),

-- a stablecoin has no capitalisation in the second total, and one without a prior close none that could be compared
caps as (
    select
        *,
        case when not is_stable then close_cap_usd end as coin_usd,
        case when prior_close_cap_usd is not null then close_cap_usd end as compared_usd,
        case when prior_close_cap_usd is not null and not is_stable then close_cap_usd end as compared_coin_usd,
        case when not is_stable then prior_close_cap_usd end as prior_coin_usd
    from members
),

totals as (
    select
        day,
        {{ exact_sum('close_cap_usd') }} as all_usd,
        {{ exact_sum('coin_usd') }} as coins_usd,
        {{ exact_sum('compared_usd') }} as compared_all_usd,
        {{ exact_sum('compared_coin_usd') }} as compared_coins_usd,
        {{ exact_sum('prior_close_cap_usd') }} as prior_all_usd,
        {{ exact_sum('prior_coin_usd') }} as prior_coins_usd
    from caps
    group by day
),

final as (
    select
        c.day,
        c.asset,
        c.is_stable,
        cast(row_number() over (partition by c.day order by c.close_cap_usd desc, c.asset) as integer) as cap_rank,
        c.close_cap_usd,
        c.close_cap_usd / t.all_usd as dominance_all,
        c.coin_usd / t.coins_usd as dominance_ex_stables,
        c.compared_usd / t.compared_all_usd - c.prior_close_cap_usd / t.prior_all_usd as dominance_all_change,
        c.compared_coin_usd / t.compared_coins_usd - c.prior_coin_usd / t.prior_coins_usd as dominance_ex_stables_change,
        coalesce(s.simulated_with_prior, false) as simulated
    from caps as c
    inner join totals as t on c.day = t.day
    left join {{ ref('int_simulated') }} as s on c.day = s.day
)

select * from final
