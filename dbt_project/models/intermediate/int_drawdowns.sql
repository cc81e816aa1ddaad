-- Deepest fall inside the day of each asset: the peak is a bar's own open, or a high of an EARLIER bar, so it always comes first.
with prices as (
    select * from {{ ref('int_prices') }} where {{ in_build_days() }}
),

peaks as (
    select
        *,
        greatest(
            open_usd,
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
        {{ at_lowest('open_at', 'low_usd / peak_usd', 'open_at') }} as trough_at
    from peaks
    group by day, asset
),

deepest as (
    select t.day, t.asset, t.drawdown, t.trough_at, p.peak_usd, p.low_usd as trough_usd
    from troughs as t
    inner join peaks as p on t.day = p.day and t.asset = p.asset and t.trough_at = p.open_at
)

select
    d.day,
    d.asset,
    d.drawdown,
    d.peak_usd,
    d.trough_usd,
    min(p.open_at) as peak_at,
    d.trough_at
from deepest as d
inner join prices as p
    on d.day = p.day and d.asset = p.asset and p.open_at <= d.trough_at
    and ((p.high_usd = d.peak_usd and p.open_at < d.trough_at) or p.open_usd = d.peak_usd)
group by d.day, d.asset, d.drawdown, d.peak_usd, d.trough_usd, d.trough_at
