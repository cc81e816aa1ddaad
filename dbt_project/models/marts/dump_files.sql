with files as (
    select * from {{ ref('stg_raw__dump_files') }} where {{ in_build_days() }}
),

unknown as (
    select day, venue, dataset, dump_path, sum(n_rows) as n_rows
    from {{ ref('int_unknown_rows') }}
    group by day, venue, dataset, dump_path
),

fetches as (
    select * from {{ ref('stg_raw__fetches') }}
),

final as (
    select
        f.source,
        f.dataset,
        f.feed,
        f.venue,
        f.day,
        f.dump_path as path,
        f.sha256,
        f.bytes,
        f.rows_in,
        f.rows_kept,
        f.rows_quarantined,
        cast(coalesce(u.n_rows, 0) as bigint) as rows_unknown_instrument,
        t.fetched_at,
        f.simulated
    from files as f
    left join unknown as u
        on f.day = u.day and f.venue = u.venue and f.dataset = u.dataset and f.dump_path = u.dump_path
    left join fetches as t on f.dump_path = t.dump_path and f.sha256 = t.sha256
)

select * from final
