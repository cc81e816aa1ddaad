-- Funding of an asset and build day: at its midnight, first and last settlement, weighted by open interest where that is known.
with weighted as (
    select
        f.*,
        o.oi_coin_open as weight,
        case when f.midnight_8h is not null then o.oi_coin_open end as midnight_weight
    from {{ ref('int_funding_instruments') }} as f
    left join {{ ref('int_open_interest_venues') }} as o
        on f.day = o.day and f.venue = o.venue and f.instrument = o.instrument
)

select
    day,
    asset,
    coalesce(
        {{ exact_sum('midnight_8h * midnight_weight') }} / nullif({{ exact_sum('midnight_weight') }}, 0),
        {{ exact_sum_of_fractions('midnight_8h') }} / nullif(count(midnight_8h), 0)
    ) as funding_8h_midnight,
    coalesce(
        {{ exact_sum('open_8h * weight') }} / nullif({{ exact_sum('weight') }}, 0), {{ exact_sum_of_fractions('open_8h') }} / count(*)
    ) as funding_8h_open,
    coalesce(
        {{ exact_sum('last_8h * weight') }} / nullif({{ exact_sum('weight') }}, 0), {{ exact_sum_of_fractions('last_8h') }} / count(*)
    ) as funding_8h_last,
    {{ exact_sum('weight') }} as oi_coin_weighted,
    count(distinct venue) as n_venues
from weighted
group by day, asset
