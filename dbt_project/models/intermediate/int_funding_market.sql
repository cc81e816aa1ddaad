{{ config(materialized='incremental', incremental_strategy='replace_days') }}
-- Funding of the whole market, weighted by open interest in USD at the start of the day; kept for all days, since a close is the next midnight's.
with interest as (
    select o.day, o.venue, o.asset, o.instrument, o.oi_coin_open * p.open_usd as oi_usd
    from {{ ref('int_open_interest_venues') }} as o
    inner join {{ ref('int_day_prices') }} as p on o.day = p.day and o.asset = p.asset
),

totals as (
    select day, {{ exact_sum('oi_usd') }} as oi_usd from interest group by day
),

weighted as (
    select
        f.*,
        i.oi_usd,
        case when f.midnight_8h is not null then i.oi_usd end as midnight_usd
    from {{ ref('int_funding_instruments') }} as f
    left join interest as i
        on f.day = i.day and f.venue = i.venue and f.asset = i.asset and f.instrument = i.instrument and i.oi_usd > 0
),

days as (
    select
        day,
        {{ exact_sum('midnight_8h * midnight_usd') }} / nullif({{ exact_sum('midnight_usd') }}, 0) as midnight_8h,
        {% for name in ['open', 'last', 'mean'] -%}
        {{ exact_sum(name ~ '_8h * oi_usd') }} / nullif({{ exact_sum('oi_usd') }}, 0) as {{ name }}_8h,
        {% endfor -%}
        {{ exact_sum('oi_usd') }} as oi_usd_weighted,
        count(distinct case when oi_usd is not null then asset end) as n_assets,
        count(distinct case when oi_usd is not null then venue end) as n_venues
    from weighted
    group by day
)

select d.*, d.oi_usd_weighted / nullif(t.oi_usd, 0) as oi_share, coalesce(s.simulated, false) as simulated
from days as d
left join totals as t on d.day = t.day
left join {{ ref('int_simulated') }} as s on d.day = s.day
