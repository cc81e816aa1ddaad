-- Funding of an asset and build day: at its midnight, first and last settlement, weighted by open interest where that is known.
with settled as (
    select * from {{ ref('int_funding') }} where {{ in_build_days() }}
),

instruments as (
    select
        day,
        venue,
        asset,
        instrument,
        max(case when settled_at = {{ day_start('day') }} then rate_8h end) as midnight_8h,
        min_by(rate_8h, settled_at) as open_8h,
        max_by(rate_8h, settled_at) as last_8h
    from settled
    group by day, venue, asset, instrument
),

weighted as (
    select
        f.*,
        o.oi_coin_open as weight,
        case when f.midnight_8h is not null then o.oi_coin_open end as midnight_weight
    from instruments as f
    left join {{ ref('int_open_interest_venues') }} as o
        on f.day = o.day and f.venue = o.venue and f.instrument = o.instrument
)

select
    day,
    asset,
    coalesce(
        {{ exact_sum('midnight_8h * midnight_weight') }} / nullif({{ exact_sum('midnight_weight') }}, 0),
        {{ exact_sum('midnight_8h') }} / nullif(count(midnight_8h), 0)
    ) as funding_8h_midnight,
    coalesce(
        {{ exact_sum('open_8h * weight') }} / nullif({{ exact_sum('weight') }}, 0), {{ exact_sum('open_8h') }} / count(*)
    ) as funding_8h_open,
    coalesce(
        {{ exact_sum('last_8h * weight') }} / nullif({{ exact_sum('weight') }}, 0), {{ exact_sum('last_8h') }} / count(*)
    ) as funding_8h_last,
    {{ exact_sum('weight') }} as oi_coin_weighted,
    count(distinct venue) as n_venues
from weighted
group by day, asset
