"""Single trades folded to minute bars, for venues and markets that publish trades and no bars."""

import duckdb

from orchestration.feeds.contract import Feed
from orchestration.feeds.datasets import Dataset
from orchestration.landing.span import COLUMNS, Window, belongs, misplaced, typed
from orchestration.sql import first_that_holds

BAR_S = 60
_SIZES = ("base", "quote", "contracts")
TRADE = {
    "traded_at": "TIMESTAMP",
    "symbol": "VARCHAR",
    "price": "DOUBLE",
    **dict.fromkeys(_SIZES, "DOUBLE"),
}
_SIZE = f"coalesce({', '.join(_SIZES)})"
_RULES = {
    "venue is empty": "venue is null",
    "traded_at is empty or not a time": "traded_at is null",
    "symbol is empty": "symbol is null",
    "price is not a positive number": "price is null or not (price > 0 and price < 1e30)",
    "size is not a positive number": f"not coalesce({_SIZE} > 0, false)",
    # Below it a day's sum fits the decimal that it is made in.
    **{f"{name} is negative or not a number": f"not ({name} >= 0 and {name} < 1e15)" for name in _SIZES},
}


def fold_trades(db: duckdb.DuckDBPyConnection, feed: Feed, dataset: Dataset, window: Window) -> None:
    """Create `judged` from the trades in `staged`: a bar per venue, symbol and minute, and each bad trade with its reason.

    First and last price of a minute are those of its first and last trade by time, then by place in the file. Sizes that only
    the contract's terms would turn into coins are `contracts`: they prove a trade and give the bar no volume.
    """
    values = ", ".join(f'{typed(feed.select.get(name, "null"), type_)} as "{name}"' for name, type_ in TRADE.items())
    rules = {**_RULES, "traded_at is not of the file's day": misplaced("traded_at")}
    bar = {
        "open_at": "time_bucket(to_seconds(60), traded_at)",
        "interval_s": f"{BAR_S}",
        "symbol": "symbol",
        "open": "arg_min(price, (traded_at, staged_row))",
        "high": "max(price)",
        "low": "min(price)",
        "close": "arg_max(price, (traded_at, staged_row))",
        "base_volume": _total("base"),
        "quote_volume": _total("quote"),
        "n_trades": "count(*)",
        "feed": f"'{feed.name}'",
        "dump_path": "min(dump_path)",
    }
    bars = ", ".join(
        f'try_cast({bar.get(name, "null")} as {column.type}) as "{name}"' for name, column in dataset.columns.items()
    )
    empty = ", ".join(
        f'{"dump_path" if name == "dump_path" else "null"}::{column.type} as "{name}"'
        for name, column in dataset.columns.items()
    )
    db.execute(
        f"""
        create or replace temp view trades as
        select *, {first_that_holds(rules)} as reason
        from (
            select {feed.venue} as venue, {values}, s.filename, s.rowid as staged_row, path.dump_path as dump_path,
                path.{", path.".join(COLUMNS)}
            from staged s join (select paths as path from paths) on path.filename = s.filename
            where {feed.where or "true"}
        )
        where {belongs("traded_at", window)}
        """
    )
    db.execute(
        f"""
        create or replace temp table judged as
        select venue, {bars}, min(filename) as filename, min(staged_row) as staged_row, null::varchar as reason
        from trades where reason is null
        group by venue, symbol, time_bucket(to_seconds(60), traded_at)
        union all
        select venue, {empty}, filename, staged_row, reason from trades where reason is not null
        """
    )


def _total(column: str) -> str:
    """A sum that does not depend on the order in which threads add."""
    return f"sum({column}::decimal(38, 12))::double"
