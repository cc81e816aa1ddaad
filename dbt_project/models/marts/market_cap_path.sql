with points as (
    select * from {{ ref('int_market_cap_points') }}
),

changes as (
    select * from {{ ref('int_market_cap_changes') }}
),

prior as (
    select p.day, p.universe, p.cap_usd / c.open_over_prior_close as prior_close_cap_restated_usd
    from points as p
    inner join changes as c on p.day = c.day and p.universe = c.universe
    where p.n = 0
),

-- the first point at or after each five minutes, hence every point where they are further apart
final as (
    select
        p.day,
        p.universe,
        p.observed_at as {{ adapter.quote('at') }},
        p.cap_usd,
        p.cap_usd / r.prior_close_cap_restated_usd - 1 as since_prior_close_pct
    from points as p
    left join prior as r on p.day = r.day and p.universe = r.universe
    where floor(p.n * p.step_s / 300e0) > floor((p.n - 1) * p.step_s / 300e0)
)

select * from final
