-- Members of each total with what they add to its change; only those whose prior close is known can be compared.
with members as (
    select * from {{ ref('int_cap_changes') }} where in_index
),

universes as (
    select 'all' as universe, * from members
    union all
    select 'ex_stables' as universe, * from members where not is_stable
),

summed as (
    select
        day,
        universe,
        {{ exact_sum('change_usd') }} as change_usd,
        {{ exact_sum('price_effect_usd') }} as price_effect_usd,
        {{ exact_sum('supply_effect_usd') }} as supply_effect_usd,
        {{ exact_sum('prior_close_cap_usd') }} as prior_close_cap_usd,
        -- what the index did at midnight, membership and supply being those of today on both sides
        {{ exact_sum('case when prior_close_usd is not null then open_usd * supply end') }}
            / {{ exact_sum('prior_close_usd * supply') }} as open_over_prior_close
    from universes
    group by day, universe
)

select
    *,
    max(case when universe = 'all' then prior_close_cap_usd end) over (partition by day) as prior_close_cap_of_all_usd
from summed
