-- Who is of the universe and not in the index, since prices lack.
with missing as (
    select u.day, u.asset, u.is_stable
    from {{ ref('int_universe') }} as u
    left join {{ ref('int_caps') }} as c on u.day = c.day and u.asset = c.asset and c.in_index
    where c.asset is null
),

universes as (
    select 'all' as universe, day, asset from missing
    union all
    select 'ex_stables' as universe, day, asset from missing where not is_stable
)

select day, universe, count(*) as n_left_out, {{ listed('asset') }} as left_out
from universes
group by day, universe
