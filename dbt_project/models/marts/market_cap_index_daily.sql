{{ config(incremental_strategy='replace_reached_days', reach=var('all_later_days')) }}
with days as (
    select
        day,
        universe,
        open_cap_usd,
        high_cap_usd,
        low_cap_usd,
        close_cap_usd,
        simulated,
        prior_close_cap_restated_usd is null
            or coalesce(lag(day) over (partition by universe order by day) < {{ add_days('day', -1) }}, true) as begins,
        close_cap_usd / prior_close_cap_restated_usd as close_over_prior_close
    from {{ ref('market_cap_total_daily') }}
),

-- a chain begins with the day's own open
linked as (
    select
        *,
        case when begins then close_cap_usd / open_cap_usd else close_over_prior_close end as growth,
        sum(case when begins then 1 else 0 end) over (partition by universe order by day) as chain
    from days
),

levels as (
    select
        *,
        min(day) over (partition by universe, chain) as chained_since_day,
        round(1000 * exp(cast(
            sum(cast(ln(growth) as decimal(38, 18))) over (
                partition by universe, chain order by day rows between unbounded preceding and current row
            ) as double
        )), 9) as index_close
    from linked
),

final as (
    select
        day,
        universe,
        round(index_close * open_cap_usd / close_cap_usd, 9) as index_open,
        round(index_close * high_cap_usd / close_cap_usd, 9) as index_high,
        round(index_close * low_cap_usd / close_cap_usd, 9) as index_low,
        index_close,
        case when not begins then close_over_prior_close - 1 end as index_change_pct,
        close_cap_usd / index_close as divisor_usd,
        chained_since_day,
        simulated
    from levels as l
    where {{ in_reach('l.day', var('all_later_days')) }}
)

select * from final
