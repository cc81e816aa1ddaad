with crossings as (
    select * from {{ ref('int_level_crossings') }}
),

prices as (
    select * from {{ ref('int_prices') }} where {{ in_build_days() }}
),

hours as (
    select * from {{ ref('int_hours') }} where {{ in_build_days() }} and is_closed
),

touched as (
    select c.day, c.asset, c.level_usd, min(p.open_at) as broke_at
    from crossings as c
    inner join prices as p on c.day = p.day and c.asset = p.asset
        and ((c.sign = 1 and p.low_usd <= c.level_usd) or (c.sign = -1 and p.high_usd >= c.level_usd))
    group by c.day, c.asset, c.level_usd
),

closed as (
    select
        c.day, c.asset, c.level_usd,
        min(case when c.sign * (h.close_usd - c.level_usd) < 0 then h.open_at end) as first_beyond_at,
        max(case when c.sign * (h.close_usd - c.level_usd) > 0 then h.open_at end) as last_back_at
    from crossings as c
    inner join hours as h on c.day = h.day and c.asset = h.asset
    group by c.day, c.asset, c.level_usd
),

judged as (
    select
        c.*,
        t.broke_at,
        h.asset is not null as has_hours,
        h.first_beyond_at,
        h.last_back_at,
        c.sign * (c.close_usd / c.level_usd - 1) <= -0.001 as closed_beyond
    from crossings as c
    inner join touched as t on c.day = t.day and c.asset = t.asset and c.level_usd = t.level_usd
    left join closed as h on c.day = h.day and c.asset = h.asset and c.level_usd = h.level_usd
),

final as (
    select
        j.day,
        j.asset,
        j.side || ' ' || cast(j.level_usd as varchar) as level,
        j.level_usd,
        j.kinds,
        j.side,
        j.broke_at,
        case when j.closed_beyond then 'daily_close' when j.first_beyond_at is not null then 'hourly_close' else 'touch' end
            as break_kind,
        case
            when j.closed_beyond then false
            when not j.has_hours then null
            else j.first_beyond_at is null or coalesce(j.last_back_at > j.first_beyond_at, false)
        end as reclaimed,
        j.next_level_usd,
        coalesce(s.simulated_with_prior, false) as simulated
    from judged as j
    left join {{ ref('int_simulated') }} as s on j.day = s.day
)

select * from final
