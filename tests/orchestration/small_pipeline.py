"""A pipeline small enough for tests: made-up dumps, a lake written straight away, a dbt project of three models.

`defs` is what a Dagster process in a test loads.
"""

import os
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb

from orchestration.feeds.datasets import LIQUIDATIONS
from orchestration.landing.fetch import FetchReport
from orchestration.settings import Settings, load

PROJECT = Path(os.environ.get("SMALL_PROJECT", Path(__file__).parent / "small_project"))
"""The copy that `conftest.py` makes, so that nothing is written beside the tests."""


def fetch_days(
    settings: Settings, source: str, days: Sequence[date], log: Callable[[str], None]
) -> dict[date, FetchReport]:
    """Fetch nothing; a file `<home>/broken/<source>/<day>` makes that day fail, a number in `<home>/slow/<source>` lasts so long."""
    slow = settings.home / "slow" / source
    time.sleep(float(slow.read_text()) if slow.exists() else 0)
    broken = settings.home / "broken" / source
    failures = {
        day: [f"{source} {day}: checksum does not match"] if (broken / str(day)).exists() else [] for day in days
    }
    return {day: FetchReport(n_files=1, n_new=1, bytes=10, failures=failures[day]) for day in days}


def land_day(settings: Settings, dataset: str, day: date, log: Callable[[str], None]) -> SimpleNamespace:
    """Land as many liquidations as the day of the month."""
    if dataset == "liquidations":
        land(settings, day, day.day)
    return SimpleNamespace(
        rows_in=1, rows_kept=1, rows_quarantined=0, bytes=1, venues=["binance"], coverage={"binance": 24}
    )


def land(settings: Settings, day: date, n_orders: int, venue: str = "binance") -> None:
    """Write `n_orders` liquidations of 20 USD."""
    place = settings.paths.lake / "liquidations" / f"venue={venue}" / f"day={day}"
    place.mkdir(parents=True, exist_ok=True)
    fields = ", ".join(f"null::{column.type} as {name}" for name, column in LIQUIDATIONS.columns.items())
    rows = f"""
        select * exclude i replace (timestamp '{day}' as occurred_at, 'BTCUSDT' as symbol, 2.0 as quantity, 10.0 as price)
        from (select {fields}), range({n_orders}) numbers(i)
    """
    with duckdb.connect() as db:
        db.execute(f"copy ({rows}) to '{place / 'part.parquet'}'")


def write_recap(published: Path, recaps: Path, day: date) -> SimpleNamespace:
    """Write the day's total as page and letter."""
    with duckdb.connect(str(published), read_only=True) as db:
        ((total,),) = db.execute("select total_usd from marts.totals_daily where day = ?", [day]).fetchall()
    (recaps / str(day)).mkdir(parents=True, exist_ok=True)
    for name in ("index.html", "email.eml"):
        (recaps / str(day) / name).write_text(f"{day}: {total:.0f} USD", encoding="utf-8")
    return SimpleNamespace(headline=f"{total:.0f} USD", takeaways=["one", "two"])


def daily(home: str) -> Any:
    """The job of a home, for a run that finds it by name."""
    from orchestration.definitions import build_defs

    return build_defs(load(home), OVERRIDES).resolve_job_def("daily")


OVERRIDES: dict[str, Any] = {
    "fetch_days": fetch_days,
    "land_day": land_day,
    "write_recap": write_recap,
    "refresh_archive": lambda recaps, days: None,
    "project": PROJECT,
}


def __getattr__(name: str) -> Any:
    from orchestration.definitions import build_defs

    if name == "defs":
        return build_defs(load(), OVERRIDES)
    raise AttributeError(name)


def __dir__() -> list[str]:
    return [*globals(), "defs"]
