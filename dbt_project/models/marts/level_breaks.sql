{{ config(incremental_strategy='replace_reached_days', reach=376) }}
with crossings as (
    select
        *,
        is_closed and sign * (close_usd - level_usd) <= -greatest(0.001 * level_usd, 0.1 * coalesce(atr_usd, 0)) as closed_beyond
    from {{ ref('int_level_crossings') }}
),

touched as (
    select c.day, c.asset, c.level_usd, min(r.open_at) as broke_at
    from crossings as c
    inner join {{ ref('price_records') }} as r on c.day = r.day and c.asset = r.asset
        and ((c.sign = 1 and r.low_usd <= c.level_usd) or (c.sign = -1 and r.high_usd >= c.level_usd))
    group by c.day, c.asset, c.level_usd
),

closes as (
    select c.day, c.asset, c.level_usd, h.open_at, c.sign * (h.close_usd - c.level_usd) as above_usd
    from crossings as c
    inner join {{ ref('prices_hourly') }} as h on c.day = h.day and c.asset = h.asset and h.is_closed
),

beyond as (
    select
        day, asset, level_usd,
        min(case when above_usd < 0 then open_at end) as first_beyond_at,
        max(case when above_usd > 0 then open_at end) as last_back_at
    from closes
    group by day, asset, level_usd
),

back as (
    select c.day, c.asset, c.level_usd, min(c.open_at) as first_back_at
    from closes as c
    inner join beyond as b on c.day = b.day and c.asset = b.asset and c.level_usd = b.level_usd
    where c.above_usd > 0 and c.open_at > b.first_beyond_at
    group by c.day, c.asset, c.level_usd
),

-- how often the 90 days before turned near the level, and how long ago the last one did
touches as (
    select c.day, c.asset, c.level_usd, count(*) as n_touches, max(p.day) as last_touch_day
    from crossings as c
    inner join {{ ref('prices_daily') }} as p
        on c.asset = p.asset and p.day < c.day and p.day >= {{ add_days('c.day', -90) }}
        and least(abs(p.low_usd - c.level_usd), abs(p.high_usd - c.level_usd)) <= 0.25 * c.atr_usd
    group by c.day, c.asset, c.level_usd
),

final as (
    select
        c.day,
        c.asset,
        c.side || ' ' || {{ as_text("c.level_usd") }} as level,
        c.level_usd,
        c.kinds,
        c.side,
        t.broke_at,
        case when c.closed_beyond then 'daily_close' when b.first_beyond_at is not null then 'hourly_close' else 'touch' end as break_kind,
        case
            when c.closed_beyond then false
            when b.day is null then null
            else b.first_beyond_at is null or coalesce(b.last_back_at > b.first_beyond_at, false)
        end as reclaimed,
        c.next_level_usd,
        {{ add_seconds('b.first_beyond_at', 3600) }} as closed_beyond_at,
        {{ add_seconds('k.first_back_at', 3600) }} as reclaimed_at,
        cast(c.n_methods as integer) as n_methods,
        c.is_well_watched,
        cast(coalesce(s.n_touches, 0) as integer) as n_touches_90d,
        coalesce(s.n_touches, 0) * c.n_methods / (1 + coalesce({{ days_between('s.last_touch_day', 'c.day') }}, 90) / 30e0) as strength,
        c.atr_usd,
        c.simulated
    from crossings as c
    inner join touched as t on c.day = t.day and c.asset = t.asset and c.level_usd = t.level_usd
    left join beyond as b on c.day = b.day and c.asset = b.asset and c.level_usd = b.level_usd
    left join back as k on c.day = k.day and c.asset = k.asset and c.level_usd = k.level_usd
    left join touches as s on c.day = s.day and c.asset = s.asset and c.level_usd = s.level_usd
)

select * from final
