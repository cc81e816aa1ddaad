"""The headline's numbers from the raw rows of the lake, past all models: liquidations by asset and side, prices, supply.

Written anew on purpose: the instrument list is shared with the models, the logic is not, so that a mistake of one shows.
"""

from collections.abc import Iterator, Sequence

import duckdb

from reports.facts.model import FactStore, fact_id
from reports.verify.marts import Check, scalar


def from_raw(db: duckdb.DuckDBPyConnection, store: FactStore) -> Iterator[Check]:
    """Check liquidations, prices and supply against raw rows; assets come from the published instrument list."""
    db.execute(_NO_INSTRUMENTS if not _has_instruments(db) else _INSTRUMENTS)
    for basis, sql in (("orders", _ORDERS), ("aggregated", _BARS)):
        for row in _rows(db, sql, store):
            if store.value("liquidations_by_asset_daily", str(row["key_asset"]), "basis") == basis:
                yield from _against(store, row, "liquidations_by_asset_daily")
    for row in _rows(db, _PRICES, store):
        yield from _against(store, row, "prices_by_venue_daily")
    for row in _rows(db, _SUPPLY, store):
        yield from _against(store, row, "market_cap_changes_daily")


def _has_instruments(db: duckdb.DuckDBPyConnection) -> bool:
    sql = "select count(*) from information_schema.tables where table_schema = 'seeds' and table_name = 'instruments'"
    return bool(scalar(db, sql))


def _rows(db: duckdb.DuckDBPyConnection, sql: str, store: FactStore) -> list[dict[str, object]]:
    cursor = db.execute(sql, {"day": store.day})
    columns: Sequence[str] = [column[0] for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _against(store: FactStore, row: dict[str, object], mart: str) -> Iterator[Check]:
    """Compare each column of a row with the fact of its name; `key_` columns say which entity it is."""
    keys = [str(value) for name, value in row.items() if name.startswith("key_")]
    for name, found in row.items():
        fact = store.get(mart, *keys, name)
        if fact:
            yield Check(fact.id, f"{fact_id(mart, *keys, name)} from raw rows", fact.value, found)


_INSTRUMENTS = """
    create or replace temp view known as
    select venue, symbol, base, kind, contract_size, multiplier, valid_from, if(kind = 'quanto', settlement, quote) as coin
    from seeds.instruments
"""
_NO_INSTRUMENTS = """
    create or replace temp view known as
    select '' as venue, '' as symbol, '' as base, '' as kind, 1.0 as contract_size, 1.0 as multiplier, date '1970-01-01' as valid_from,
        '' as coin
"""
_ORDERS = """
    with bars as (
        select coalesce(c.asset, k.base) as coin, c.open_at, c.interval_s, c."close" / coalesce(k.multiplier, 1) as usd
        from raw.candles as c
        asof left join known as k on c.venue = k.venue and c.symbol = k.symbol and c.day >= k.valid_from
        where c.day = $day and coalesce(k.coin, 'USD') in ('USD', 'USDT', 'USDC', 'BUSD', 'FDUSD', 'DAI', 'USDE')
    ),
    finest as (select coin, min(interval_s) as interval_s from bars group by coin),
    coins as (
        select coin, open_at, any_value(interval_s) as interval_s, median(usd) as usd
        from bars semi join finest using (coin, interval_s) group by coin, open_at
    ),
    told as (
        select
            coalesce(l.asset, l.base) as asset,
            -- every feed that is read publishes the side of the closing order: selling closes a long
            coalesce(l.liquidated_side, if(l.order_side = 'sell', 'long', 'short')) as side,
            case when epoch(date_trunc('minute', l.occurred_at) - p.open_at) < p.interval_s + 900 then p.usd end as coin_usd,
            coalesce(coin_usd, if(l.kind <> 'quanto' and l.coin in ('USD', 'USDT', 'USDC', 'BUSD', 'FDUSD', 'DAI', 'USDE'), 1, null)) as fx,
            coalesce(
                l.notional_usd,
                l.quantity * case l.quantity_unit
                    when 'usd' then 1
                    when 'base' then if(l.kind in ('linear', 'spot'), l.price * fx, null)
                    when 'contracts' then
                        case when l.kind = 'inverse' then l.contract_size
                             when l.kind in ('linear', 'quanto') then l.contract_size * l.price * fx end
                end
            ) as usd
        from (
            select l.*, k.* exclude (venue, symbol)
            from raw.liquidations as l
            asof left join known as k on l.venue = k.venue and l.symbol = k.symbol and l.day >= k.valid_from
            where l.day = $day
        ) as l
        asof left join coins as p on l.coin = p.coin and date_trunc('minute', l.occurred_at) >= p.open_at
    )
    select
        asset as key_asset, sum(usd) as total_usd, coalesce(sum(usd) filter (where side = 'long'), 0) as long_usd,
        coalesce(sum(usd) filter (where side = 'short'), 0) as short_usd
    from told
    where asset is not null and usd is not null
    group by asset
"""
_BARS = """
    select asset as key_asset, sum(long_usd + short_usd) as total_usd, sum(long_usd) as long_usd, sum(short_usd) as short_usd
    from raw.liquidation_bars
    where day = $day
    group by asset
"""
_PRICES = """
    with bars as (
        select c.*, coalesce(c.asset, k.base) as coin, coalesce(k.multiplier, 1) as coins
        from raw.candles as c
        asof left join known as k on c.venue = k.venue and c.symbol = k.symbol and c.day >= k.valid_from
        where c.day = $day
    ),
    alone as (
        select venue, coin from bars where coin is not null
        group by venue, coin
        having count(distinct (symbol, interval_s)) = 1
    )
    select
        coin as key_asset, venue as key_venue, arg_min("open", open_at) / any_value(coins) as open_usd,
        max(high) / any_value(coins) as high_usd, min(low) / any_value(coins) as low_usd,
        arg_max("close", open_at) / any_value(coins) as close_usd, count(*) as n_bars
    from bars
    semi join alone using (venue, coin)
    group by coin, venue
"""
_SUPPLY = """
    select asset as key_asset, avg(supply) as supply
    from raw.caps
    where day = $day and supply is not null
    group by asset
    having count(*) = count(supply)
"""
