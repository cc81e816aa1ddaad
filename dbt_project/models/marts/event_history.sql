{{ config(incremental_strategy='replace_reached_days', reach=var('all_later_days')) }}
{% set scopes = [('ytd', "e.day >= date_trunc('year', t.day)"), ('365d', 'e.day > ' ~ add_days('t.day', -365)), ('all', 'true')] -%}
with days as (
    select * from {{ ref('int_comparable_days') }}
),

-- each day beside itself and all comparable days before it
pairs as (
    select
        t.day, t.basis, t.total_usd, t.long_share, t.share_of_oi,
        e.day as past_day, e.total_usd as past_usd, e.share_of_oi as past_share,
        e.day > {{ add_days('t.day', -365) }} and e.day < t.day as is_past_year,
        {% for name, condition in scopes -%}
        {{ condition }} as in_{{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from days as t
    inner join days as e on t.basis = e.basis and e.day <= t.day
    where {{ in_reach('t.day', var('all_later_days')) }}
),

ranks as (
    select
        day, basis, total_usd, long_share, share_of_oi,
        {% for name, condition in scopes -%}
        1 + sum(case when in_{{ name }} and past_usd > total_usd then 1 else 0 end) as rank_{{ name }},
        sum(case when in_{{ name }} then 1 else 0 end) as n_{{ name }},
        min(case when in_{{ name }} then past_day end) as since_{{ name }},
        {% endfor -%}
        max(case when past_day < day and past_usd >= total_usd then past_day end) as largest_since,
        1 + sum(case when past_share > share_of_oi and in_365d then 1 else 0 end) as rank_of_oi_365d,
        avg(case when is_past_year then case when past_usd < total_usd then 1e0 else 0e0 end end) as percentile_365d,
        median(case when is_past_year then ln(1 + past_usd) end) as median_size,
        sum(case when is_past_year then 1 else 0 end) as n_past_year
    from pairs
    group by day, basis, total_usd, long_share, share_of_oi
),

spreads as (
    select p.day, 1.4826 * median(abs(ln(1 + p.past_usd) - r.median_size)) as spread
    from pairs as p
    inner join ranks as r on p.day = r.day
    where p.is_past_year
    group by p.day
),

days_between as (
    select r.day, count(*) as n_covered
    from ranks as r
    inner join days as e on r.basis = e.basis and e.day > coalesce(r.largest_since, r.since_all) and e.day < r.day
    group by r.day
),

final as (
    select
        r.day,
        r.basis,
        r.total_usd,
        cast(r.rank_ytd as integer) as rank_ytd,
        cast(r.n_ytd as integer) as n_ytd,
        r.since_ytd as since_day_ytd,
        cast(r.rank_365d as integer) as rank_365d,
        cast(r.n_365d as integer) as n_365d,
        r.since_365d as since_day_365d,
        cast(r.rank_all as integer) as rank_all,
        cast(r.n_all as integer) as n_days,
        r.since_all as since_day,
        r.percentile_365d,
        case when r.n_past_year >= 30 then (ln(1 + r.total_usd) - r.median_size) / nullif(s.spread, 0) end as robust_z,
        case when coalesce(b.n_covered, 0) >= 0.98 * ({{ days_between('coalesce(r.largest_since, r.since_all)', 'r.day') }} - 1) then r.largest_since end
            as largest_since,
        coalesce(b.n_covered, 0) >= 0.98 * ({{ days_between('coalesce(r.largest_since, r.since_all)', 'r.day') }} - 1) as is_gapless,
        r.share_of_oi,
        cast(case when r.share_of_oi is not null then r.rank_of_oi_365d end as integer) as rank_of_oi_365d,
        w.usd_7d,
        cast(w.rank_7d as integer) as rank_7d,
        cast(w.n_weeks as integer) as n_weeks,
        w.worst_week_since
    from ranks as r
    left join spreads as s on r.day = s.day
    left join days_between as b on r.day = b.day
    left join {{ ref('int_week_ranks') }} as w on r.day = w.day
)

select * from final
