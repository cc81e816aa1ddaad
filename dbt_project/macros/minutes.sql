{# What coins cost in each minute that a bar of theirs reaches over; bars have columns day, coin, open_at, interval_s, usd and fx_assumed. #}
{% macro each_minute(bars) -%}
(
    select b.day, b.coin, {{ add_seconds('b.open_at', 's.after_s') }} as minute_at, b.interval_s, b.usd, b.fx_assumed
    from {{ bars }} as b
    inner join (
        select i.interval_s, n.n * 60 as after_s
        from (select distinct interval_s from {{ bars }}) as i
        inner join {{ numbers(1440) }} as n on n.n * 60 < i.interval_s
    ) as s on b.interval_s = s.interval_s
)
{%- endmacro %}

{# The median of the finest bars of each minute, where several venues or instruments tell of a coin. #}
{% macro median_of_finest(minutes) -%}
(
    select day, coin, minute_at, median(usd) as usd, max(case when fx_assumed then 1 else 0 end) = 1 as fx_assumed
    from (
        select *, rank() over (partition by day, coin, minute_at order by interval_s) as place from {{ minutes }} as told
    ) as ranked
    where place = 1
    group by day, coin, minute_at
)
{%- endmacro %}

{# Each minute's price, else the last one of the day, for as long as a price may be carried. #}
{% macro carried(minutes) -%}
(
    with known as (
        select * from {{ minutes }} as told
    ),

    clock as (
        select d.day, d.coin, {{ add_seconds(day_start('d.day'), 'n.n * 60') }} as minute_at
        from (select distinct day, coin from known) as d
        cross join {{ numbers(1440) }} as n
    ),

    filled as (
        select
            c.day, c.coin, c.minute_at,
            {{ last_known('k.usd') }} over recent as usd,
            {{ last_known('k.fx_assumed') }} over recent as fx_assumed
        from clock as c
        left join known as k on c.day = k.day and c.coin = k.coin and c.minute_at = k.minute_at
        window recent as (
            partition by c.day, c.coin order by c.minute_at rows between {{ var('longest_carry_s') // 60 }} preceding and current row
        )
    )

    select * from filled where usd is not null
)
{%- endmacro %}

{# The minute in which a bar closes: what its prices in another coin are valued at. #}
{% macro closing_minute(open_at, interval_s) -%}
    date_trunc('minute', {{ add_seconds(open_at, interval_s ~ ' - 1') }})
{%- endmacro %}
