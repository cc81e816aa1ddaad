-- Where the volume of the 30 days before traded: hourly bars by their typical price in bins of half a percent.
with days as (
    select day, asset from {{ ref('int_level_windows') }}
),

hours as (
    select d.day, d.asset, floor(ln((h.high_usd + h.low_usd + h.close_usd) / 3) / ln(1.005)) as bin, h.volume_usd, h.day as traded_day
    from days as d
    inner join {{ ref('prices_hourly') }} as h
        on d.asset = h.asset and h.day < d.day and h.day >= {{ add_days('d.day', -30) }} and h.volume_usd > 0
),

bins as (
    select day, asset, bin, {{ exact_sum('volume_usd') }} as volume_usd
    from hours
    group by day, asset, bin
),

known as (
    select day, asset from hours group by day, asset having count(distinct traded_day) >= 27
),

ranked as (
    select
        b.*,
        row_number() over (partition by b.day, b.asset order by b.volume_usd desc, b.bin) as place,
        sum({{ exact('b.volume_usd') }}) over (partition by b.day, b.asset order by b.volume_usd desc, b.bin) - {{ exact('b.volume_usd') }} as volume_above,
        sum({{ exact('b.volume_usd') }}) over (partition by b.day, b.asset) as volume_all
    from bins as b
    inner join known as k on b.day = k.day and b.asset = k.asset
)

select
    day,
    asset,
    max(case when place = 1 then exp((bin + 0.5) * ln(1.005)) end) as point_of_control_usd,
    exp(min(case when volume_above < 0.7 * volume_all then bin end) * ln(1.005)) as value_area_low_usd,
    exp((max(case when volume_above < 0.7 * volume_all then bin end) + 1) * ln(1.005)) as value_area_high_usd
from ranked
group by day, asset
