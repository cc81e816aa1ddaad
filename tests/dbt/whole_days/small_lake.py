"""A small lake whose figures have many digits and follow from the day alone; the marts read back to the last of them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from orchestration.feeds.datasets import ALL, DATASETS
from orchestration.settings import Settings
from orchestration.warehouse.build import build

Row = Mapping[str, Any]
DAY = date(2026, 1, 31)
VENUES = ("binance", "bybit")
PRICES = {"BTC": 80123.4567, "ETH": 2701.3571}
_MEMORY = duckdb.connect()
"""One for all files that are written: opening one takes ten times as long as writing."""
SUPPLY = {"BTC": 19.98e6, "ETH": 120.7e6, "USDT": 187.1e9}


def at(day: date, seconds: float = 0) -> datetime:
    """An instant of the day."""
    return datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)


def after(days: int) -> date:
    """A day near the one that all tests know."""
    return DAY + timedelta(days=days)


def write(settings: Settings, dataset: str, day: date, venue: str, rows: Sequence[Row], stem: str = "part") -> None:
    """Replace one file of the lake; columns that a row lacks are NULL."""
    place = settings.paths.lake / dataset / f"venue={venue}" / f"day={day}" / f"{stem}.parquet"
    if not rows:
        place.unlink(missing_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    columns = ALL[dataset].columns
    origin = {"feed": f"own.{dataset}", "dump_path": f"own/{dataset}/{venue}-{day}.csv"}
    values = [{**origin, **row}.get(name) for row in rows for name in columns]
    marks = ", ".join([f"({', '.join('?' * len(columns))})"] * len(rows))
    fields = ", ".join(f'"{name}" {column.type}' for name, column in columns.items())
    _MEMORY.execute(f"create or replace temp table t ({fields})")
    _MEMORY.execute(f"insert into t values {marks}", values)
    _MEMORY.execute(f"copy t to '{place}' (format parquet)")


def land(settings: Settings, dataset: str, day: date, venue: str, rows: Sequence[Row], state: str = "complete") -> None:
    """Write a market dataset with what goes beside it: coverage of 24 hours and the dump file."""
    write(settings, dataset, day, venue, rows)
    hours = [
        {"dataset": dataset, "hour": hour, "state": state, "reason": "stated", "rows_seen": 1} for hour in range(24)
    ]
    write(settings, "coverage", day, venue, hours, stem=dataset)
    file = {"source": "own", "dataset": dataset, "sha256": "0" * 64, "bytes": 1, "simulated": False}
    counts = {"rows_in": len(rows), "rows_kept": len(rows), "rows_quarantined": 0}
    write(settings, "dump_files", day, venue, [{**file, **counts}], stem=dataset)


def land_market(settings: Settings, day: date, venues: Iterable[str] = VENUES, shift: float = 1.0) -> None:
    """Land a day of two assets at two venues; figures with many digits follow from the day alone."""
    for number, venue in enumerate(venues):
        land(settings, "candles", day, venue, [bar for asset in PRICES for bar in _bars(asset, day, number, shift)])
        land(settings, "liquidations", day, venue, list(_orders(day, number)))
        land(settings, "funding", day, venue, list(_rates(day, number)))
        land(settings, "open_interest", day, venue, list(_interest(day, number)))
        land(settings, "depth", day, venue, list(_books(day, number)))
        land(settings, "reference_prices", day, venue, list(_premiums(day, number)))
    caps = [
        {"asset": asset, "observed_at": at(day), "supply": coins * (1 + day.day * 1e-5), "price_usd": 1.0003}
        for asset, coins in SUPPLY.items()
    ]
    land(settings, "caps", day, "coinmetrics", caps)


def price(asset: str, day: date, hour: float, shift: float = 1.0) -> float:
    """Falls and rises over the hours, differently each day."""
    return PRICES[asset] * shift * (1 + 0.03 * math.sin(day.toordinal() + hour / 3.7))


def _bars(asset: str, day: date, number: int, shift: float) -> Iterable[Row]:
    for hour in range(24):
        path = [price(asset, day, hour + part / 12, shift) * (1 + number * 1e-4) for part in range(13)]
        ends = {"open": path[0], "high": max(path), "low": min(path), "close": path[-1]}
        yield {"open_at": at(day, hour * 3600), "interval_s": 3600, "symbol": f"{asset}USDT", "asset": asset, **ends}


def _orders(day: date, number: int) -> Iterable[Row]:
    for step in range(300):
        asset = ("BTC", "ETH")[step % 2]
        seconds = step * 287.3 + number
        yield {
            "occurred_at": at(day, seconds),
            "symbol": f"{asset}USDT",
            "order_side": "sell" if step % 3 else "buy",
            "quantity": 0.1 + abs(math.sin(step + day.day)) / 7,
            "quantity_unit": "base",
            "price": price(asset, day, seconds / 3600),
            "order_id": str(step),
        }


def _rates(day: date, number: int) -> Iterable[Row]:
    for hour in (0, 8, 16):
        for asset in PRICES:
            rate = 1e-4 * math.cos(day.day + hour + number)
            yield {"settled_at": at(day, hour * 3600), "symbol": f"{asset}USDT", "rate": rate}


def _interest(day: date, number: int) -> Iterable[Row]:
    for hour in range(24):
        for asset in PRICES:
            coins = 1000 * (2 + math.cos(day.day + hour / 9 + number))
            yield {"observed_at": at(day, hour * 3600 + 5), "symbol": f"{asset}USDT", "oi_base": coins}


def _books(day: date, number: int) -> Iterable[Row]:
    for hour in range(24):
        for asset in PRICES:
            for side, sign in (("bid", -1), ("ask", 1)):
                quote = 1e6 * (2 + sign * math.sin(day.day + hour / 7 + number))
                named = {"symbol": f"{asset}USDT", "side": side, "within_pct": 1.0}
                yield {"observed_at": at(day, hour * 3600 + 9), **named, "depth_quote": quote}


def _premiums(day: date, number: int) -> Iterable[Row]:
    for hour in range(24):
        path = [1e-4 * math.sin(day.day + number + hour + part / 7) for part in range(8)]
        ends = {"open": path[0], "high": max(path), "low": min(path), "close": path[-1]}
        yield {"open_at": at(day, hour * 3600), "interval_s": 3600, "symbol": "BTCUSDT", "kind": "premium", **ends}


def load(settings: Settings, *days: date) -> None:
    """Build the days."""
    build(settings, days, log=lambda _: None)


def load_three_days(settings: Settings) -> None:
    """Land them first, then build them together."""
    days = [after(number) for number in range(3)]
    for day in days:
        land_market(settings, day)
    load(settings, *days)


def change(settings: Settings, sql: str) -> None:
    """Do to the private build file what no model would."""
    with duckdb.connect(str(settings.paths.warehouse)) as db:
        db.execute(sql)


def query(settings: Settings, sql: str) -> list[Any]:
    """Rows from the private build file."""
    with duckdb.connect(str(settings.paths.warehouse), read_only=True) as db:
        return db.execute(sql).fetchall()


def marts(settings: Settings) -> dict[str, list[Any]]:
    """All rows of all marts, to the last digit."""
    with duckdb.connect(str(settings.paths.warehouse), read_only=True) as db:
        tables = db.execute("select table_name from duckdb_tables() where schema_name = 'marts' order by all")
        return {
            table: db.execute(f'select * from marts."{table}" order by all').fetchall()
            for (table,) in tables.fetchall()
        }


def lake_rows(settings: Settings, dataset: str, columns: str) -> list[Any]:
    """Rows straight from the lake's files, in the order of the columns asked for."""
    assert dataset in DATASETS
    files = settings.paths.lake / dataset / "*" / "*" / "*.parquet"
    with duckdb.connect() as db:
        return db.execute(f"select {columns} from read_parquet('{files}', hive_partitioning = true)").fetchall()
