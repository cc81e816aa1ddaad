"""A published database made by hand: the marts that charts read, for one violent day and a week before it."""

import math
from datetime import date, datetime, timedelta

import duckdb

DAY = date(2026, 1, 31)
ASSETS = {"ETH": 1150e6, "BTC": 788e6, "SOL": 201e6, "XRP": 71.2e6, "DOGE": 13.4e6, "ADA": 6.1e6, "LINK": 2.2e6}
VENUES = {"binance": 0.6, "bybit": 0.3, "bitmex": 0.1}
LONG_SHARE = 0.93
_SHAPE = [1, 1, 2, 1, 1, 2, 2, 3, 2, 2, 3, 3, 4, 6, 5, 7, 16, 38, 30, 14, 9, 6, 3, 2]

_FALLS = {"BTC": -104e9, "ETH": -41.5e9, "SOL": -7.2e9, "XRP": -5.9e9, "BNB": -6.4e9, "DOGE": -1.1e9, "HYPE": 0.9e9}

_TABLES = """
create schema marts;
create table marts.liquidations_hourly (
    day date, hour integer, asset varchar, long_usd double, short_usd double, total_usd double, n_orders bigint);
create table marts.liquidations_by_asset_daily (
    day date, asset varchar, rank integer, total_usd double, long_usd double, short_usd double, long_share double,
    n_orders bigint, basis varchar, n_venues integer, simulated boolean);
create table marts.liquidations_by_venue_daily (
    day date, venue varchar, asset varchar, total_usd double, long_usd double, short_usd double, n_orders bigint,
    coverage varchar, hours_complete integer, hours_partial integer, basis varchar, simulated boolean);
create table marts.liquidations_market_daily (
    day date, total_usd double, long_usd double, short_usd double, long_share double, n_venues integer,
    simulated boolean);
create table marts.liquidation_waves (day date, wave integer, started_at timestamp, ended_at timestamp);
create table marts.prices_hourly (
    day date, asset varchar, open_at timestamp, open_usd double, high_usd double, low_usd double, close_usd double,
    n_venues integer);
create table marts.market_cap_path (day date, universe varchar, "at" timestamp, cap_usd double);
create table marts.market_cap_total_daily (
    day date, universe varchar, open_cap_usd double, close_cap_usd double, max_drawdown_usd double,
    max_drawdown_pct double, drawdown_peak_at timestamp, drawdown_trough_at timestamp, n_assets integer,
    resolution_s integer, recovered_share double, found_footing boolean, simulated boolean);
create table marts.market_cap_changes_daily (
    day date, asset varchar, close_cap_usd double, change_usd double, change_pct double, contribution_pct double,
    in_index boolean, is_stable boolean, simulated boolean);
create table marts.leverage_daily (
    day date, asset varchar, oi_coin_open double, oi_coin_close double, oi_coin_change_pct double,
    oi_usd_close double, funding_8h_open double, funding_8h_close double, n_venues_oi integer,
    n_venues_funding integer, simulated boolean);
create table marts.level_breaks (
    day date, asset varchar, level varchar, level_usd double, kinds varchar, side varchar, broke_at timestamp,
    break_kind varchar, reclaimed boolean, next_level_usd double);
create table marts.liquidations_by_price (
    day date, asset varchar, liquidated_side varchar, bin integer, from_usd double, to_usd double, total_usd double, simulated boolean);
create table marts.coverage_hourly (
    day date, hour integer, venue varchar, dataset varchar, state varchar, reason varchar);
create table marts.dump_files (source varchar, dataset varchar, feed varchar, venue varchar, day date, simulated boolean);
"""


def empty() -> duckdb.DuckDBPyConnection:
    """Every mart, no row."""
    db = duckdb.connect()
    db.execute(_TABLES)
    return db


def event_day(simulated: bool = False) -> duckdb.DuckDBPyConnection:
    """The day itself and eight days before it; complete coverage."""
    db = empty()
    _liquidations(db, simulated)
    _prices(db)
    _caps(db, simulated)
    _leverage(db, simulated)
    _levels(db)
    _by_price(db, simulated)
    _fill(db, "liquidation_waves", [(DAY, 1, datetime(2026, 1, 31, 16), datetime(2026, 1, 31, 18, 30))])
    _provenance(db, simulated)
    return db


def lose_hours(db: duckdb.DuckDBPyConnection, hours: list[int], venues: list[str], state: str = "missing") -> None:
    """Say that these hours were not (fully) recorded; with all venues missing, their rows go too."""
    db.execute(
        "update marts.coverage_hourly set state = $state, reason = 'connection lost' where day = $day "
        "and list_contains($hours, hour) and list_contains($venues, venue) and dataset = 'liquidations'",
        {"state": state, "day": DAY, "hours": hours, "venues": venues},
    )
    if state == "missing" and set(venues) == set(VENUES):
        db.execute(
            "delete from marts.liquidations_hourly where day = $day and list_contains($hours, hour)",
            {"day": DAY, "hours": hours},
        )


def _fill(db: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[object, ...]]) -> None:
    """Insert in one statement: row by row took a second for a market."""
    one = f"({', '.join('?' * len(rows[0]))})"
    db.execute(
        f"insert into marts.{table} values {', '.join([one] * len(rows))}", [cell for row in rows for cell in row]
    )


def _days(n: int) -> list[date]:
    return [DAY - timedelta(days=back) for back in reversed(range(n))]


def _liquidations(db: duckdb.DuckDBPyConnection, simulated: bool) -> None:
    hourly, by_asset, by_venue, market = [], [], [], []
    for number, day in enumerate(_days(9)):
        scale = 1.0 if day == DAY else 0.05 + 0.03 * (number % 4)
        for rank, (asset, usd) in enumerate(ASSETS.items(), start=1):
            total = usd * scale
            long, short = total * LONG_SHARE, total * (1 - LONG_SHARE)
            by_asset.append((day, asset, rank, total, long, short, LONG_SHARE, 1000, "orders", 3, simulated))
            for venue, share in VENUES.items():
                part = (total * share, long * share, short * share, 300, "complete", 24, 0, "orders", simulated)
                by_venue.append((day, venue, asset, *part))
            for hour, weight in enumerate(_SHAPE):
                part_of_day = weight / sum(_SHAPE)
                other = _SHAPE[23 - hour] / sum(_SHAPE)
                hourly.append((day, hour, asset, long * part_of_day, short * other, 0.0, 40))
        total = sum(ASSETS.values()) * scale
        market.append((day, total, total * LONG_SHARE, total * (1 - LONG_SHARE), LONG_SHARE, 3, simulated))
    _fill(db, "liquidations_hourly", hourly)
    db.execute("update marts.liquidations_hourly set total_usd = long_usd + short_usd")
    _fill(db, "liquidations_by_asset_daily", by_asset)
    _fill(db, "liquidations_by_venue_daily", by_venue)
    _fill(db, "liquidations_market_daily", market)


def _path(minute: float) -> float:
    """A factor around 1: calm, a fall between 13:00 and 17:30, some recovery."""
    ripple = 0.004 * math.sin(minute / 47) + 0.002 * math.sin(minute / 13)
    fall = -0.095 / (1 + math.exp(-(minute - 960) / 45))
    return 1 + ripple + fall + (0.03 * min(1, (minute - 1065) / 240) if minute > 1065 else 0)


def _prices(db: duckdb.DuckDBPyConnection) -> None:
    rows = []
    for asset, start in {"BTC": 84211.0, "ETH": 2702.5}.items():
        for hour in range(24):
            path = [start * _path(hour * 60 + minute) for minute in range(0, 61, 5)]
            at = datetime(2026, 1, 31, hour)
            rows.append((DAY, asset, at, path[0], max(path), min(path), path[-1], 3))
    _fill(db, "prices_hourly", rows)


def _caps(db: duckdb.DuckDBPyConnection, simulated: bool) -> None:
    start = datetime(2026, 1, 31)
    path = [(start + timedelta(minutes=minute), 2.93e12 * _path(minute)) for minute in range(0, 1441, 5)]
    _fill(db, "market_cap_path", [(DAY, "all", at, cap) for at, cap in path])
    peak, trough = _drawdown(path)
    fall = peak[1] - trough[1]
    total = (
        DAY,
        "all",
        path[0][1],
        path[-1][1],
        -fall,
        -fall / peak[1],
        peak[0],
        trough[0],
        8,
        300,
        0.3,
        True,
        simulated,
    )
    _fill(db, "market_cap_total_daily", [total])
    changes = [
        (DAY, asset, -usd * 14, usd, -0.066, usd / 2.93e12, True, False, simulated) for asset, usd in _FALLS.items()
    ]
    _fill(db, "market_cap_changes_daily", changes)


def _drawdown(path: list[tuple[datetime, float]]) -> tuple[tuple[datetime, float], tuple[datetime, float]]:
    best, peak = (path[0], path[0]), path[0]
    for point in path:
        peak = max(peak, point, key=lambda item: item[1])
        if point[1] / peak[1] < best[1][1] / best[0][1]:
            best = (peak, point)
    return best


def _leverage(db: duckdb.DuckDBPyConnection, simulated: bool) -> None:
    rows = []
    for asset, coins in {"BTC": 98_000.0, "ETH": 2_100_000.0}.items():
        oi = [coins * factor for factor in (1, 1.01, 1.03, 1.05, 1.06, 1.08, 1.11, 1.1, 0.93, 0.9)]
        rates = [0.00008, 0.00009, 0.0001, 0.00011, 0.0001, 0.00012, 0.0001, 0.00009, 0.00002, -0.00004]
        for number, day in enumerate(_days(9)):
            a, b = oi[number], oi[number + 1]
            rows.append((day, asset, a, b, b / a - 1, b * 80_000, rates[number], rates[number + 1], 3, 3, simulated))
    _fill(db, "leverage_daily", rows)


def _levels(db: duckdb.DuckDBPyConnection) -> None:
    def at(hour: int, minute: int) -> datetime:
        return datetime(2026, 1, 31, hour, minute)

    rows = [
        (DAY, "BTC", "82000", 82000.0, "round", "support", at(14, 35), "hourly_close", False, 80000.0),
        (DAY, "BTC", "80000", 80000.0, "round", "support", at(15, 50), "hourly_close", False, 78000.0),
        (DAY, "BTC", "78000", 78000.0, "round", "support", at(16, 40), "touch", True, 76000.0),
        (DAY, "ETH", "2600", 2600.0, "round", "support", at(15, 5), "daily_close", False, 2500.0),
    ]
    _fill(db, "level_breaks", rows)


def _by_price(db: duckdb.DuckDBPyConnection, simulated: bool) -> None:
    """ETH by half percents of its open: most longs right under 2,600, shorts above the open."""
    rows = []
    for bin in range(-21, 4):
        edges = (2702.5 * (1 + bin / 200), 2702.5 * (1 + (bin + 1) / 200))
        side, usd = ("long", 3e7 + (2e8 if bin == -8 else 0)) if bin < 0 else ("short", 2e7)
        rows.append((DAY, "ETH", side, bin, *edges, usd, simulated))
    _fill(db, "liquidations_by_price", rows)


def _provenance(db: duckdb.DuckDBPyConnection, simulated: bool) -> None:
    datasets = {"liquidations": VENUES, "candles": {"binance": 1}, "open_interest": VENUES, "funding": VENUES}
    coverage, files = [], []
    for dataset, venues in datasets.items():
        for venue in venues:
            source = "binance" if venue == "binance" else "tardis"
            files.append((source, dataset, f"{source}.{dataset}", venue, DAY, simulated))
            coverage += [(DAY, hour, venue, dataset, "complete", None) for hour in range(24)]
    files.append(("coinmetrics", "caps", "coinmetrics.caps", "coinmetrics", DAY, simulated))
    _fill(db, "coverage_hourly", coverage)
    _fill(db, "dump_files", files)
