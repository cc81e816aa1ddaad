{{ config(incremental_strategy='replace_reached_days', reach=365, ahead=2) }}
with events as (
    select day, max(case when simulated then 1 else 0 end) = 1 as simulated from {{ ref('int_reset_events') }} group by day
),

signals as (
    {% for signal, scope in [
        ('oi_flushed', 'BTC'), ('funding_reset', 'BTC'), ('funding_capitulated', 'BTC'), ('longs_cleared', 'market'), ('price_repaired', 'BTC'),
    ] -%}
    select day, '{{ signal }}' as signal, '{{ scope }}' as scope, simulated from events
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- what is complete stays so; until then the last day that is known speaks
ranked as (
    select
        *,
        row_number() over (
            partition by day, signal
            order by case when state = 'complete' then 0 else 1 end, case when state = 'complete' then days_later else -days_later end
        ) as place
    from {{ ref('int_reset_readings') }}
    where state is not null
),

final as (
    select
        s.day,
        s.signal,
        s.scope,
        r.state,
        r.value,
        r.threshold,
        r.judged_on,
        s.simulated
    from signals as s
    left join ranked as r on s.day = r.day and s.signal = r.signal and r.place = 1
)

select * from final
