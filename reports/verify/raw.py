"""The headline's numbers from the raw rows of the lake, past all models: liquidations by asset and side, prices, supply.

Written anew on purpose: the lists of instruments and stablecoins are shared with the models, the logic is not, so that a
mistake of one shows.
"""

from collections.abc import Iterator, Sequence

import duckdb

from reports.facts.model import FactStore, fact_id
from reports.verify.marts import Check, scalar


def from_raw(db: duckdb.DuckDBPyConnection, store: FactStore) -> Iterator[Check]:
    """Check liquidations, prices and supply against raw rows; assets and stablecoins come from the published lists."""
    db.execute(_INSTRUMENTS if _has_seed(db, "instruments") else _NO_INSTRUMENTS)
    db.execute(_STABLECOINS if _has_seed(db, "usd_coins") else _NO_STABLECOINS)
    db.execute(_QUOTED, {"day": store.day})
    db.execute(_RATES, {"day": store.day})
    for basis, sql in (("orders", _ORDERS), ("aggregated", _BARS)):
        for row in _rows(db, sql, store):
            if store.value("liquidations_by_asset_daily", str(row["key_asset"]), "basis") == basis:
                yield from _against(store, row, "liquidations_by_asset_daily")
    for row in _rows(db, _PRICES, store):
        yield from _against(store, row, "prices_by_venue_daily")
    for row in _rows(db, _SUPPLY, store):
        yield from _against(store, row, "market_cap_changes_daily")


def _has_seed(db: duckdb.DuckDBPyConnection, name: str) -> bool:
    sql = f"select count(*) from information_schema.tables where table_schema = 'seeds' and table_name = '{name}'"
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
_STABLECOINS = "create or replace temp view stable as select coin from seeds.usd_coins where kind = 'stablecoin'"
_NO_STABLECOINS = "create or replace temp view stable as select '' as coin where false"
_QUOTED = """
    create or replace temp table quoted as
    select
        c.day, c.venue, c.symbol, coalesce(c.asset, k.base) as coin, coalesce(k.coin, 'USD') as quote, c.open_at, c.interval_s,
        c.open_at + to_seconds(c.interval_s - 1) as last_at, coalesce(k.multiplier, 1) as coins, c.open, c.high, c.low, c.close
    from raw.candles as c
    asof left join known as k on c.venue = k.venue and c.symbol = k.symbol and c.day >= k.valid_from
    where c.day = $day and coalesce(c.asset, k.base) is not null
"""
_RATES = """
    create or replace temp table rates as
    with minutes as (select $day + to_minutes(n.range) as minute_at from range(1440) as n),
    told as (
        select q.coin, q.quote, m.minute_at, median(q.close / q.coins) as price
        from quoted as q
        semi join stable as s on q.coin = s.coin
        inner join minutes as m on m.minute_at >= q.open_at and m.minute_at <= q.last_at
        where q.quote = 'USD' or q.quote in (select coin from stable)
        group by q.coin, q.quote, m.minute_at, q.interval_s
        qualify q.interval_s = min(q.interval_s) over (partition by q.coin, q.quote, m.minute_at)
    ),
    in_usd as (
        select m.minute_at, t.coin, t.price
        from (select minute_at, coin from minutes, stable) as m
        asof join (from told where quote = 'USD') as t on m.coin = t.coin and m.minute_at >= t.minute_at
        where m.minute_at - t.minute_at <= interval 15 minutes
    ),
    crossed as (
        select q.coin, m.minute_at, median(q.close / q.coins * coalesce(u.price, 1)) as price
        from quoted as q
        semi join stable as s on q.coin = s.coin
        inner join minutes as m on m.minute_at >= q.open_at and m.minute_at <= q.last_at
        left join in_usd as u on q.quote = u.coin and date_trunc('minute', q.last_at) = u.minute_at
        where q.quote in (select coin from stable)
        group by q.coin, m.minute_at, q.interval_s
        qualify q.interval_s = min(q.interval_s) over (partition by q.coin, m.minute_at)
    ),
    in_other as (
        select m.minute_at, c.coin, c.price
        from (select minute_at, coin from minutes, stable) as m
        asof join crossed as c on m.coin = c.coin and m.minute_at >= c.minute_at
        where m.minute_at - c.minute_at <= interval 15 minutes
    )
    select coin, minute_at, price as usd from in_usd
    union all
    select coin, minute_at, price from in_other anti join in_usd using (coin, minute_at)
"""
_ORDERS = """
    with bars as (
        select q.coin, q.open_at, q.interval_s, q.close / q.coins * coalesce(r.usd, 1) as usd
        from quoted as q
        left join rates as r on q.quote = r.coin and date_trunc('minute', q.last_at) = r.minute_at
        where (q.quote = 'USD' or q.quote in (select coin from stable)) and q.coin not in (select coin from stable)
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
            coalesce(
                r.usd, if(epoch(date_trunc('minute', l.occurred_at) - p.open_at) < p.interval_s + 900, p.usd, null)
            ) as coin_usd,
            coalesce(coin_usd, if(l.kind <> 'quanto' and (l.coin = 'USD' or s.coin is not null), 1, null)) as fx,
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
        left join stable as s on l.coin = s.coin
        left join rates as r on l.coin = r.coin and date_trunc('minute', l.occurred_at) = r.minute_at
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
    with alone as (
        select venue, coin from quoted group by venue, coin
        having count(distinct (symbol, interval_s)) = 1
    ),
    valued as (
        select q.*, coalesce(r.usd, 1) / q.coins as factor
        from quoted as q
        left join rates as r on q.quote = r.coin and date_trunc('minute', q.last_at) = r.minute_at
        where q.day = $day
    )
    select
        coin as key_asset, venue as key_venue, arg_min(open * factor, open_at) as open_usd, max(high * factor) as high_usd,
        min(low * factor) as low_usd, arg_max(close * factor, open_at) as close_usd, count(*) as n_bars
    from valued
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
