"""Derived facts once more, each by a query of its own over the marts: shares, changes, hours covered, counts of files."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any

import duckdb

from reports import events, names
from reports.facts.model import Fact, FactStore
from reports.verify.marts import Check, scalar

_DATASETS = {
    "liquidations": ["liquidations", "liquidation_bars"],
    "prices": ["candles"],
    "caps": ["candles", "caps"],
    "leverage": ["open_interest", "funding"],
}
_HOURS = """
    with hours as (
        select
            h.hour,
            count(c.state) filter (where c.state <> 'missing') as seen,
            count(c.state) as expected,
            count(c.state) filter (where c.state = 'complete') as complete
        from range(24) h(hour)
        left join marts.coverage_hourly c on c.hour = h.hour and c.day = $day and list_contains($datasets, c.dataset)
        group by h.hour
    )
    select {} from hours
"""
_COVERAGE = {
    "venues_expected": "select count(distinct venue) from marts.coverage_hourly where day = $day and list_contains($datasets, dataset)",
    "hours_seen": _HOURS.format("count(*) filter (where seen > 0)"),
    "hours_unseen": _HOURS.format("count(*) filter (where seen = 0)"),
    "hours_complete": _HOURS.format("count(*) filter (where expected > 0 and complete = expected)"),
    "hours_incomplete": _HOURS.format("count(*) filter (where expected = 0 or complete < expected)"),
}
_DAY = "where day = $day"
_VENUES = "from marts.liquidations_by_venue_daily where day = $day and basis = '{0}'"
_BY_HOUR = "from (select hour, sum(total_usd) as usd from marts.liquidations_hourly where day = $day group by hour)"
_PRICE = "from marts.prices_by_venue_daily where day = $day and asset || '@' || venue = $entity"
_BASIS = {"venues": "orders", "aggregators": "aggregated"}
_SIGNALS = """
    with btc as (select * from marts.leverage_daily where day = $day and asset = 'BTC'),
    signals as (
        select 1 as place, 'open interest flushed' as name, oi_coin_change_pct <= -0.08 as seen from btc
        where oi_coin_change_pct is not null
        union all
        select 2, 'funding reset', abs(funding_8h_close) <= 0.00005 and abs(funding_8h_open) >= 0.0001 from btc
        where funding_8h_open is not null and funding_8h_close is not null
        union all
        select 3, 'broken support won back by the close', bool_and(break_kind <> 'daily_close') from marts.level_breaks
        where day = $day and asset = 'BTC' and side = 'support' having count(*) > 0
    ),
    counted as (select count(*) as n, count(*) filter (seen) as n_seen, count(*) filter (not seen) as n_missing from signals)
"""
_CASCADE = """
    with pairs as (
        select w.started_at, b.broke_at, b.asset, b.level_usd
        from marts.liquidation_waves w join marts.level_breaks b using (day)
        where day = $day and b.asset in ('BTC', 'ETH') and w.started_at - b.broke_at between interval 0 minute and interval 30 minute
    )
    select {} from pairs
    order by started_at, broke_at desc, length(rtrim(printf('%.0f', level_usd), '0')) limit 1
"""
_BY_ID = {
    r"cascade\.lag_s": _CASCADE.format("epoch(started_at - broke_at)::integer"),
    r"cascade\.(started_at|level_usd|asset)": _CASCADE.replace("{}", "{0}"),
    r"liquidations\.short_share": f"select sum(short_usd) / sum(total_usd) from marts.liquidations_by_asset_daily {_DAY}",
    r"liquidations\.share\.(asset|venue)\..*": "select sum(total_usd) filter (where {0} = $entity) / sum(total_usd) "
    f"from marts.liquidations_by_{{0}}_daily {_DAY}",
    r"liquidations\.busiest_1h_share": f"select max(busiest_1h_usd) / max(total_usd) from marts.liquidations_market_daily {_DAY}",
    r"liquidations\.busiest_hour\.usd": f"select max(usd) {_BY_HOUR}",
    r"liquidations\.busiest_hour\.hour": f"select arg_max(hour, usd) {_BY_HOUR}",
    r"liquidations\.busiest_hour\.share": f"select max(usd) / sum(usd) {_BY_HOUR}",
    r"liquidations\.waves\.n": f"select count(*) from marts.liquidation_waves {_DAY}",
    r"liquidations\.waves\.share": f"select sum(total_usd) / (select sum(total_usd) from marts.liquidations_by_asset_daily {_DAY}) "
    f"from marts.liquidation_waves {_DAY}",
    r"liquidations\.(venues|aggregators)\.n": f"select count(distinct venue) {_VENUES}",
    r"caps\..*\.is_market": f"select n_assets > 3 from marts.market_cap_total_daily {_DAY} and universe = $entity",
    r"signals\.(n|n_seen|n_missing)": _SIGNALS + "select {0} from counted",
    r"prices\..*\.change": f"select close_usd / open_usd - 1 {_PRICE}",
    r"prices\..*\.open_to_low": f"select low_usd / open_usd - 1 {_PRICE}",
    r"files\.n": f"select count(distinct path) from marts.dump_files {_DAY}",
    r"files\.(rows_\w+)": f"select sum({{0}}) from marts.dump_files {_DAY}",
}
_NAMES = {
    r"liquidations\.(venues|aggregators)\.names": f"select venue {_VENUES} group by venue order by sum(total_usd) desc, venue",
    r"liquidations\.waves\.peaks": f"select strftime(peak_at, '%H:%M') from marts.liquidation_waves {_DAY} order by wave",
    r"signals\.seen": _SIGNALS + "select name from signals where seen order by place",
    r"signals\.missing": _SIGNALS + "select name from signals where not seen order by place",
    r"liquidations\.assets\.names": f"select asset from marts.liquidations_by_asset_daily {_DAY} order by rank",
    r"caps\.all\.name": f"select asset from marts.market_cap_changes_daily {_DAY} and in_index "
    "order by close_cap_usd desc nulls last, asset",
}


def derived(db: duckdb.DuckDBPyConnection, store: FactStore) -> Iterator[Check]:
    """Derive again what no mart states as it is."""
    for fact in store:
        found = _found(db, store, fact)
        if found is not _UNKNOWN:
            yield Check(fact.id, fact.id, fact.value, found)


_UNKNOWN = object()


def _found(db: duckdb.DuckDBPyConnection, store: FactStore, fact: Fact) -> Any:
    group, _, metric = fact.id.partition(".")
    if group == "events":
        number, _, column = metric.partition(".")
        found = dict(enumerate(events.of(store.day), 1)).get(int(number))
        return getattr(found, column, None)
    if group == "window":
        return _window(store)[metric]
    if group in _DATASETS and metric in _COVERAGE:
        return scalar(db, _COVERAGE[metric], day=store.day, datasets=_DATASETS[group])
    if metric == "hours_span":
        return _spans(db, store, group)
    if sql := _matching(_NAMES, fact.id):
        return names.listing([names.venue(row[0]) for row in db.execute(sql, {"day": store.day}).fetchall()])
    if sql := _matching(_BY_ID, fact.id):
        value = scalar(db, sql, day=store.day, **({"entity": fact.entity} if "$entity" in sql else {}))
        return int(value) if fact.unit == "count" and value is not None else value
    return _UNKNOWN


def _matching(queries: Mapping[str, str], id: str) -> str | None:
    """Return the query for a fact, with the parts of its id that the pattern captures filled in."""
    for pattern, sql in queries.items():
        if found := re.fullmatch(pattern, id):
            return sql.format(*(_BASIS.get(part, part) for part in found.groups()))
    return None


def _window(store: FactStore) -> dict[str, Any]:
    start = datetime.combine(store.day, time())
    return {
        "day": store.day,
        "start": start,
        "cutoff": start + timedelta(days=1),
        "hours": 24,
        "funding_hours": 8,
        "month_days": 30,
        "year_days": 365,
        "near_level": 0.01,
    }


def _spans(db: duckdb.DuckDBPyConnection, store: FactStore, group: str) -> str:
    """Gaps and islands: consecutive hours share hour minus row number."""
    sql = """
        with seen as (
            select distinct hour from marts.coverage_hourly
            where day = $day and list_contains($datasets, dataset) and state <> 'missing'
        ), islands as (select hour, hour - row_number() over (order by hour) as island from seen)
        select printf('%02d:00–%02d:00', min(hour), max(hour) + 1) from islands group by island order by min(hour)
    """
    rows = db.execute(sql, {"day": store.day, "datasets": _DATASETS[group]}).fetchall()
    return names.listing([row[0] for row in rows])
