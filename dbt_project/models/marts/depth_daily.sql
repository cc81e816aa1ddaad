with books as (
    select
        day, asset, venue, instrument, feed, observed_at,
        max(case when side = 'bid' then depth_usd end) as bid_usd,
        max(case when side = 'ask' then depth_usd end) as ask_usd
    from {{ ref('int_depth_rows') }}
    where reason is null
    group by day, asset, venue, instrument, feed, observed_at
),

series as (
    select
        day, asset, venue, instrument,
        {{ exact_sum('bid_usd') }} / count(*) as mean_bid_usd,
        {{ exact_sum('ask_usd') }} / count(*) as mean_ask_usd,
        min(bid_usd) as lowest_bid_usd,
        min(ask_usd) as lowest_ask_usd,
        count(*) as n_observations,
        row_number() over (
            partition by day, asset, venue
            order by {{ exact_sum('bid_usd + ask_usd') }} / count(*) desc, instrument, feed
        ) as place
    from books
    where bid_usd is not null and ask_usd is not null
    group by day, asset, venue, instrument, feed
),

final as (
    select
        d.day,
        d.asset,
        d.venue,
        d.instrument,
        d.mean_bid_usd,
        d.mean_ask_usd,
        d.lowest_bid_usd,
        d.lowest_ask_usd,
        cast(d.n_observations as integer) as n_observations,
        coalesce(s.simulated, false) as simulated
    from series as d
    left join {{ ref('int_simulated') }} as s on d.day = s.day
    where d.place = 1
)

select * from final
