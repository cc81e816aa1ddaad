with unknown as (
    select * from {{ ref('int_unknown_rows') }}
),

final as (
    select
        day,
        venue,
        symbol,
        dataset,
        reason,
        cast(sum(n_rows) as bigint) as n_rows,
        min(dump_path) as first_dump_path,
        case
            when reason = 'instrument is not in the seed'
                then venue || ',' || symbol || ',<kind>,<base>,<quote>,<settlement>,<contract_size>,<multiplier>,'
                    || {{ as_text("day") }}
        end as seed_line
    from unknown
    group by day, venue, symbol, dataset, reason
)

select * from final
