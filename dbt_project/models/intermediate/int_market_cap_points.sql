-- Total of the index at synchronised instants.
with prices as (
    select * from {{ ref('int_cap_prices') }}
),

sums as (
    select
        day,
        n,
        step_s,
        observed_at,
        {{ exact_sum('price_usd * supply') }} as all_usd,
        {{ exact_sum('case when not is_stable then price_usd * supply end') }} as ex_stables_usd,
        count(*) as n_all,
        sum(case when is_stable then 0 else 1 end) as n_ex_stables
    from prices
    group by day, n, step_s, observed_at
)

select day, 'all' as universe, n, step_s, observed_at, all_usd as cap_usd, n_all as n_assets
from sums

union all

select day, 'ex_stables' as universe, n, step_s, observed_at, ex_stables_usd as cap_usd, n_ex_stables as n_assets
from sums
where n_ex_stables > 0
