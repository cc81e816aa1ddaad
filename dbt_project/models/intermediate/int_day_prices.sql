-- A day of an asset: first, highest, lowest and last price, and whether its bars reach through the day without a long gap.
with prices as (
    select * from {{ ref('int_prices') }}
),

gapped as (
    select
        *,
        {{ seconds_between("coalesce(lag(close_at) over (partition by day, asset order by open_at), " ~ day_start('day') ~ ")", 'open_at') }}
            as gap_s
    from prices
),

days as (
    select
        day,
        asset,
        min(interval_s) as interval_s,
        min_by(open_usd, open_at) as open_usd,
        max(high_usd) as high_usd,
        min(low_usd) as low_usd,
        {{ at_lowest('open_at', 'low_usd', 'open_at') }} as low_at,
        max_by(close_usd, open_at) as close_usd,
        max(n_venues) as n_venues,
        max(case when fx_assumed then 1 else 0 end) = 1 as fx_assumed,
        max(gap_s) as longest_gap_s,
        {{ seconds_between('max(close_at)', day_start(add_days('day', 1))) }} as closing_gap_s
    from gapped
    group by day, asset
)

select
    *,
    closing_gap_s <= {{ var('longest_carry_s') }} as is_closed,
    greatest(longest_gap_s, closing_gap_s) <= {{ var('longest_carry_s') }} as is_continuous
from days
