-- USD price of each coin that contracts are quoted or settled in or options are on, by the minute: the close of the bar that the minute lies in, else the
-- last close, for as long as a price may be carried.
with coins as (
    select quote as coin from {{ ref('int_instruments') }} where quote <> 'USD'
    union
    select settlement as coin from {{ ref('int_instruments') }} where kind = 'quanto'
    union
    select base as coin from {{ ref('option_symbols') }}
    union
    select premium_coin as coin from {{ ref('option_symbols') }}
),

bars as (
    select p.day, p.asset as coin, p.open_at, p.interval_s, p.close_usd
    from {{ ref('int_prices') }} as p
    inner join coins as c on p.asset = c.coin
),

steps as (
    select i.interval_s, n.n * 60 as after_s
    from (select distinct interval_s from bars) as i
    inner join {{ numbers(1440) }} as n on n.n * 60 < i.interval_s
),

known as (
    select b.day, b.coin, {{ add_seconds('b.open_at', 's.after_s') }} as minute_at, max(b.close_usd) as usd
    from bars as b
    inner join steps as s on b.interval_s = s.interval_s
    group by b.day, b.coin, 3
),

days as (
    select distinct day, coin from bars
),

clock as (
    select d.day, d.coin, {{ add_seconds(day_start('d.day'), 'n.n * 60') }} as minute_at
    from days as d
    cross join {{ numbers(1440) }} as n
),

carried as (
    select
        c.day, c.coin, c.minute_at,
        {{ last_known('k.usd') }} over (
            partition by c.day, c.coin order by c.minute_at rows between {{ var('longest_carry_s') // 60 }} preceding and current row
        ) as usd
    from clock as c
    left join known as k on c.day = k.day and c.coin = k.coin and c.minute_at = k.minute_at
)

select * from carried where usd is not null
