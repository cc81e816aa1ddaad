with premiums as (
    select * from {{ ref('int_premiums') }}
),

days as (
    select
        day,
        asset,
        venue,
        min(symbol) as symbol,
        min(measured_as) as measured_as,
        {{ exact_sum_of_fractions('close') }} / count(*) as premium_mean,
        min(low) as premium_low,
        {{ at_lowest('open_at', 'low', 'open_at') }} as premium_low_at,
        max(high) as premium_high,
        {{ at_lowest('open_at', '-high', 'open_at') }} as premium_high_at,
        min_by(open, open_at) as premium_first,
        max_by(close, open_at) as premium_last,
        min(open_at) as first_at,
        {{ add_seconds('max(open_at)', 'min(interval_s)') }} as ended_at,
        least(min(covered_s) / 86400e0, 1) as covered_share,
        min(interval_s) as interval_s
    from premiums
    group by day, asset, venue
),

final as (
    select
        d.day,
        d.asset,
        d.venue,
        d.symbol,
        d.measured_as,
        d.premium_mean,
        d.premium_low,
        d.premium_low_at,
        d.premium_high,
        d.premium_high_at,
        case when {{ seconds_between(day_start('d.day'), 'd.first_at') }} <= {{ var('longest_carry_s') }} then d.premium_first end
            as premium_open,
        case
            when {{ seconds_between('d.ended_at', day_start(add_days('d.day', 1))) }} <= {{ var('longest_carry_s') }} then d.premium_last
        end as premium_close,
        cast(d.covered_share as double) as covered_share,
        cast(d.interval_s as integer) as interval_s,
        coalesce(s.simulated, false) as simulated
    from days as d
    left join {{ ref('int_simulated') }} as s on d.day = s.day
)

select * from final
