{{ config(incremental_strategy='replace_reached_days', reach=30) }}
with waves as (
    select *, case when long_usd >= 0.5 * total_usd then 1 else -1 end as sign
    from {{ ref('liquidation_waves') }} as w
    where {{ in_reach('w.day', 30) }}
),

liquidations as (
    select day, minute_at, {{ exact_sum('long_usd') }} as long_usd, {{ exact_sum('short_usd') }} as short_usd
    from {{ ref('int_liquidation_minutes') }} as m
    where {{ in_reach('m.day', 30) }}
    group by day, minute_at
),

-- minute 0 is the one before the wave: what its first minute is compared with
clock as (
    select n from {{ numbers(1441) }}
),

minutes as (
    select w.day, w.wave, w.sign, w.leader_asset, c.n, {{ add_seconds('w.started_at', '60 * (c.n - 1)') }} as minute_at
    from waves as w
    inner join clock as c on {{ add_seconds('w.started_at', '60 * (c.n - 1)') }} < w.ended_at
),

seen as (
    select
        m.day, m.wave, m.n,
        m.sign * p.close_usd as height,
        coalesce(case when m.sign = 1 then l.long_usd else l.short_usd end, 0) as usd
    from minutes as m
    left join {{ ref('int_leader_closes') }} as p on m.day = p.day and m.leader_asset = p.asset and m.minute_at = p.minute_at
    left join liquidations as l on m.day = l.day and m.minute_at = l.minute_at
),

steps as (
    select
        *,
        height < min(height) over (partition by day, wave order by n rows between unbounded preceding and 1 preceding) as moved,
        usd > lag(usd) over (partition by day, wave order by n) as rose
    from seen
),

counted as (
    select
        day, wave, count(*) as n_minutes, count(height) as n_priced,
        sum(case when moved then 1 else 0 end) as n_moved,
        sum(case when rose then 1 else 0 end) as n_rose
    from steps
    where n >= 1
    group by day, wave
),

-- in one phase the price is asked for on even minutes and liquidations on odd ones, in the other the reverse
turns as (
    select s.day, s.wave, f.n as phase, s.n - row_number() over (partition by s.day, s.wave, f.n order by s.n) as run
    from steps as s
    cross join {{ numbers(2) }} as f
    where s.n >= 1 and case when (s.n + f.n) % 2 = 0 then s.moved else s.rose end
),

runs as (
    select day, wave, count(*) as n_turns from turns group by day, wave, phase, run
),

longest as (
    select day, wave, max(n_turns) - 1 as n_alternations from runs group by day, wave
),

final as (
    select
        w.day,
        w.wave,
        w.leader_asset,
        case when w.sign = 1 then 'long' else 'short' end as liquidated_side,
        cast(c.n_minutes as integer) as n_minutes,
        cast(case when c.n_priced = c.n_minutes then c.n_moved end as integer) as n_minutes_price_further,
        cast(c.n_rose as integer) as n_minutes_liquidations_up,
        cast(case when c.n_priced = c.n_minutes then coalesce(g.n_alternations, 0) end as integer) as n_alternations,
        case when c.n_priced = c.n_minutes then coalesce(g.n_alternations, 0) >= 3 end as is_feedback,
        coalesce(d.simulated, false) as simulated
    from waves as w
    inner join counted as c on w.day = c.day and w.wave = c.wave
    left join longest as g on w.day = g.day and w.wave = g.wave
    left join {{ ref('liquidations_market_daily') }} as d on w.day = d.day
)

select * from final
