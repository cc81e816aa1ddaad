-- What each signal says as of the end of the event day and of each of the two days after it.
{% set tiny = '1e-9' %}
with events as (
    select
        *,
        funding_before * funding_after_event < 0 as flipped,
        funding_before * funding_after < 0 as is_flipped,
        abs(funding_before) >= 0.0001 - {{ tiny }} as was_high
    from {{ ref('int_reset_events') }}
),

readings as (
    select
        e.day, e.days_later, e.judged_on, 'oi_flushed' as signal, -0.08 as threshold, f.oi_fall as value,
        case when f.oi_fall <= -0.08 then 'complete' when f.oi_fall <= -0.04 then 'partial' else 'not_visible' end as state
    from events as e
    inner join {{ ref('int_open_interest_falls') }} as f on e.day = f.day and e.days_later = f.days_later

    union all

    select
        day, days_later, judged_on, 'funding_reset' as signal, 0.00005 as threshold, abs(funding_after) as value,
        case
            when was_high and abs(funding_after) <= 0.00005 + {{ tiny }} or (days_later = 1 and flipped and is_flipped) then 'complete'
            when was_high and abs(funding_after) <= 0.5 * abs(funding_before) or is_flipped then 'partial'
            when was_high is not null then 'not_visible'
        end as state
    from events
    where days_later < 2

    union all

    select
        day, days_later, judged_on, 'funding_capitulated' as signal, -0.0001 as threshold, funding_after as value,
        case when funding_after <= -0.0001 + {{ tiny }} then 'complete' when funding_after < 0 then 'partial' else 'not_visible' end as state
    from events
    where days_later < 2

    union all

    select
        day, days_later, judged_on, 'longs_cleared' as signal, 0.3 as threshold,
        case when days_later = 1 then total_ratio end as value,
        case
            when days_later = 1 and total_ratio is null then null
            when long_share < 0.85 then 'not_visible'
            when days_later = 1 and total_ratio <= 0.3 then 'complete'
            when long_share >= 0.85 then 'partial'
        end as state
    from events
    where days_later < 2

    union all

    select
        day, days_later, judged_on, 'price_repaired' as signal, 0.0 as threshold,
        close_usd / coalesce(highest_broken_usd, highest_reached_usd) - 1 as value,
        case
            when highest_broken_usd is null then case when days_later = 0 then 'complete' end
            when days_later > 0 and close_usd > highest_broken_usd then 'complete'
            when days_later > 0 and close_usd > lowest_broken_usd then 'partial'
            else 'not_visible'
        end as state
    from events
    where highest_reached_usd is not null
)

select day, days_later, judged_on, signal, cast(value as double) as value, cast(threshold as double) as threshold, state
from readings
where value is not null or (signal = 'longs_cleared' and days_later = 0)
