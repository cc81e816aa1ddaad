with points as (
    select * from {{ ref('int_market_cap_points') }}
),

-- the first point at or after each five minutes, hence every point where they are further apart
final as (
    select
        day,
        universe,
        observed_at as "at",
        cap_usd
    from points
    where floor(n * step_s / 300.0) > floor((n - 1) * step_s / 300.0)
)

select * from final
