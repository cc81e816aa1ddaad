-- USD price of each coin that contracts are quoted or settled in or options are on, by the minute.
with coins as (
    select quote as coin from {{ ref('int_instruments') }}
    union
    select settlement as coin from {{ ref('int_instruments') }} where kind = 'quanto'
    union
    select base as coin from {{ ref('option_symbols') }}
    union
    select premium_coin as coin from {{ ref('option_symbols') }}
),

bars as (
    select p.day, p.asset as coin, p.open_at, p.interval_s, p.close_usd as usd, p.fx_assumed
    from {{ ref('int_prices') }} as p
    inner join coins as c on p.asset = c.coin
    left join {{ ref('usd_coins') }} as u on p.asset = u.coin
    where u.coin is null
)

select day, coin, minute_at, usd, fx_assumed from {{ carried(each_minute('bars')) }} as prices

union all

select day, coin, minute_at, usd, fx_assumed from {{ ref('int_stablecoin_minutes') }}
