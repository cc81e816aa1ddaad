-- Where each measure of a day stands among the up to 365 days before: those of the same basis, for the days that look back on a build day.
with days as (
    select * from {{ ref('int_liquidity') }}
),

measures as (
    select day, asset, 'volatility' as measure, concat(return_interval_s, ' s') as basis, realised_volatility as value, simulated from days
    union all
    -- spreads in basis points, of which a decimal holds the squares without loss
    select day, asset, 'abdi_ranaldo' as measure, 'bars' as basis, 10000 * spread_abdi_ranaldo as value, simulated from days
    union all
    select day, asset, 'corwin_schultz' as measure, 'bars' as basis, 10000 * spread_corwin_schultz as value, simulated from days
    union all
    select day, asset, 'depth' as measure, depth_basis as basis, ln(1 + depth_usd) as value, simulated from days
),

pairs as (
    select t.day, t.asset, t.measure, t.value, e.value as past_value, e.simulated as past_simulated
    from measures as t
    inner join measures as e
        on t.asset = e.asset and t.measure = e.measure and t.basis = e.basis
        and e.day < t.day and e.day >= {{ add_days('t.day', -365) }}
    where {{ in_reach('t.day', 365) }} and t.value is not null and e.value is not null
),

means as (
    select
        day,
        asset,
        measure,
        value,
        count(*) as n_days,
        sum(case when past_value < value then 1 else 0 end) as n_lower,
        {{ exact_sum('past_value') }} / count(*) as mean_value,
        max(case when past_simulated then 1 else 0 end) = 1 as past_simulated
    from pairs
    group by day, asset, measure, value
),

deviations as (
    select
        p.day, p.asset, p.measure,
        sqrt({{ exact_sum('(p.past_value - m.mean_value) * (p.past_value - m.mean_value)') }} / nullif(count(*) - 1, 0)) as deviation
    from pairs as p
    inner join means as m on p.day = m.day and p.asset = m.asset and p.measure = m.measure
    group by p.day, p.asset, p.measure
)

select
    m.day,
    m.asset,
    m.measure,
    m.n_days,
    case when m.n_days >= 30 then m.n_lower * 1e0 / m.n_days end as percentile,
    case when m.n_days >= 30 then (m.value - m.mean_value) / nullif(d.deviation, 0) end as z,
    m.past_simulated
from means as m
inner join deviations as d on m.day = d.day and m.asset = d.asset and m.measure = d.measure
