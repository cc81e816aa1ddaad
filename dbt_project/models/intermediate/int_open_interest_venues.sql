-- Open interest in coins at both ends of a build day, per instrument that was observed near both of them.
with ends as (
    select
        day,
        venue,
        asset,
        instrument,
        max(case when is_open then observed_at end) as opened_at,
        max(case when is_open then oi_coin end) as oi_coin_open,
        max(case when is_close then oi_coin end) as oi_coin_close
    from {{ ref('int_open_interest_rows') }}
    group by day, venue, asset, instrument
)

select * from ends where oi_coin_open is not null and oi_coin_close is not null
