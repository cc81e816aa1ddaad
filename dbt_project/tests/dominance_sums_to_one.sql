-- Shares of the members of a total make the whole, changes of shares make nothing.
{{ config(meta={'dagster': {'ref': {'name': 'market_dominance_daily'}}}) }}
with sums as (
    select
        day,
        sum(dominance_all) as of_all,
        sum(dominance_ex_stables) as of_coins,
        sum(dominance_all_change) as moved_all,
        sum(dominance_ex_stables_change) as moved_coins
    from {{ ref('market_dominance_daily') }}
    where {{ in_build_days() }}
    group by day
)

select *
from sums
where abs(of_all - 1) > 1e-9 or abs(of_coins - 1) > 1e-9 or abs(moved_all) > 1e-9 or abs(moved_coins) > 1e-9
