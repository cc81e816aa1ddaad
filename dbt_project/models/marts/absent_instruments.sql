{% set sampled = [('candles', 'stg_raw__candles'), ('funding', 'stg_raw__funding'), ('open_interest', 'stg_raw__open_interest')] -%}
with seen as (
    {% for dataset, staged in sampled -%}
    select distinct day, '{{ dataset }}' as dataset, venue, coalesce(symbol, asset) as symbol from {{ ref(staged) }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

days as (
    select distinct day, dataset, venue from seen where {{ in_build_days() }}
),

final as (
    select
        d.day,
        d.venue,
        d.dataset,
        p.symbol
    from days as d
    inner join seen as p on p.day = {{ add_days('d.day', -1) }} and d.dataset = p.dataset and d.venue = p.venue
    left join seen as s on d.day = s.day and d.dataset = s.dataset and d.venue = s.venue and p.symbol = s.symbol
    where s.symbol is null
)

select * from final
