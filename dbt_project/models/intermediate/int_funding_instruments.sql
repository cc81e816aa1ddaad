-- Funding of one instrument and build day.
select
    day,
    venue,
    asset,
    instrument,
    max(case when settled_at = {{ day_start('day') }} then rate_8h end) as midnight_8h,
    min_by(rate_8h, settled_at) as open_8h,
    max_by(rate_8h, settled_at) as last_8h,
    {{ exact_sum_of_fractions('rate_8h * interval_h') }} / {{ exact_sum('interval_h') }} as mean_8h
from {{ ref('int_funding') }}
where {{ in_build_days() }}
group by day, venue, asset, instrument
