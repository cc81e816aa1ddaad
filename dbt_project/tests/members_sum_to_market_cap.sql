-- Members make the total: open, close, change and contributions; the universe without stablecoins likewise.
{{ config(meta={'dagster': {'ref': {'name': 'market_cap_total_daily'}}}) }}
with members as (
    select u.universe, m.*
    from {{ ref('market_cap_changes_daily') }} as m
    inner join (select 'all' as universe, true as stables union all select 'ex_stables' as universe, false as stables) as u
        on u.stables or not m.is_stable
    where m.in_index and {{ in_build_days('m.day') }}
),

sums as (
    select
        day,
        universe,
        sum(open_cap_usd) as open_cap_usd,
        sum(close_cap_usd) as close_cap_usd,
        sum(change_usd) as change_usd,
        sum(contribution_pct) as contribution_pct,
        count(*) as n_assets
    from members
    group by day, universe
)

select coalesce(t.day, s.day) as day, coalesce(t.universe, s.universe) as universe, t.close_cap_usd, s.close_cap_usd as members_usd
from (select * from {{ ref('market_cap_total_daily') }} where {{ in_build_days() }}) as t
full join sums as s on t.day = s.day and t.universe = s.universe
where
    t.day is null or s.day is null
    or abs(t.open_cap_usd - s.open_cap_usd) > 1e-9 * t.open_cap_usd
    or abs(t.close_cap_usd - s.close_cap_usd) > 1e-9 * t.open_cap_usd
    or abs(t.change_usd - s.change_usd) > 1e-9 * t.open_cap_usd
    or abs(t.contribution_pct - s.contribution_pct) > 1e-9
    or (t.contribution_pct is null) <> (s.contribution_pct is null)
    or t.n_assets <> s.n_assets
