-- Members of each total with what they add to its change; only those whose prior close is known can be compared.
with members as (
    select * from {{ ref('market_cap_changes_daily') }} where in_index and {{ in_build_days() }}
),

universes as (
    select 'all' as universe, * from members
    union all
    select 'ex_stables' as universe, * from members where not is_stable
)

select
    day,
    universe,
    sum(case when prior_close_cap_usd is not null then change_usd end) as change_usd,
    sum(price_effect_usd) as price_effect_usd,
    sum(supply_effect_usd) as supply_effect_usd,
    sum(prior_close_cap_usd) as prior_close_cap_usd,
    -- today's open over the prior close at today's supply: what the index did at midnight
    sum(case when prior_close_cap_usd is not null then open_cap_usd end)
        / sum(low_cap_usd / (1 + prior_close_to_low_pct)) as open_over_prior_close,
    max(resolution_s) as resolution_s
from universes
group by day, universe
