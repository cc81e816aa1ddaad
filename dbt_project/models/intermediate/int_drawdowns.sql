-- Deepest fall inside the day of each asset: the peak is the open, or a high of an EARLIER bar, so it always comes first.
with prices as (
    select * from {{ ref('int_prices') }} where {{ in_build_days() }}
),

peaks as (
    select
        *,
        greatest(
            open_usd,
            first_value(open_usd) over (partition by day, asset order by open_at),
            coalesce(
                max(high_usd) over (
                    partition by day, asset order by open_at rows between unbounded preceding and 1 preceding
                ),
                open_usd
            )
        ) as peak_usd
    from prices
),

troughs as (
    select
        day,
        asset,
        min(low_usd / peak_usd) - 1 as drawdown,
        min_by(open_at, low_usd / peak_usd) as trough_at,
        min_by(peak_usd, low_usd / peak_usd) as peak_usd,
        min_by(low_usd, low_usd / peak_usd) as trough_usd
    from peaks
    group by day, asset
),

peak_times as (
    select
        t.day,
        t.asset,
        min(p.open_at) as peak_at
    from troughs as t
    inner join prices as p
        on t.day = p.day and t.asset = p.asset and p.open_at <= t.trough_at
        and ((p.high_usd = t.peak_usd and p.open_at < t.trough_at) or p.open_usd = t.peak_usd)
    group by t.day, t.asset
)

select
    t.day,
    t.asset,
    t.drawdown,
    t.peak_usd,
    t.trough_usd,
    p.peak_at,
    t.trough_at
from troughs as t
inner join peak_times as p on t.day = p.day and t.asset = p.asset
