"""A simulated market, written as the vendors' own dump files: the same call gives the same bytes.

Here is the entry point. Days and regimes are in `calendar.py`, the mechanism in `prices.py` and `positions.py`, formats in `dumps`.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.sample_market import calendar
from orchestration.sample_market.assets import VENUES, chosen
from orchestration.sample_market.build import Plan, build

__all__ = ["SampleMarket", "write"]


@dataclass(frozen=True)
class SampleMarket:
    """What was written: first and last day (both included), the event's day, other days by name, assets and venues."""

    first_day: date
    last_day: date
    event_day: date
    days: dict[str, date]
    assets: tuple[str, ...]
    venues: tuple[str, ...]


NAMED_DAYS = {
    "calm": calendar.CALM_DAY,
    "rally": calendar.RALLY_DAY,
    "impaired": calendar.IMPAIRED_DAY,
    "squeeze": calendar.SQUEEZE_DAY,
    "event": calendar.EVENT_DAY,
}


def write(
    archive: Path,
    progress: Callable[[str], None] | None = None,
    *,
    first_day: date = calendar.FIRST_DAY,
    last_day: date = calendar.LAST_DAY,
    assets: tuple[str, ...] | None = None,
    workers: int | None = None,
) -> SampleMarket:
    """Write the dumps of the days and assets below `archive`, by default all, with one process per core up to four.

    KeyError for an unknown asset.
    """
    found = chosen(assets)
    plan = Plan(archive, first_day, last_day, found)
    build(plan, workers or min(4, os.cpu_count() or 1), progress or (lambda _: None))
    named = {name: day for name, day in NAMED_DAYS.items() if first_day <= day <= last_day}
    return SampleMarket(first_day, last_day, calendar.EVENT_DAY, named, tuple(one.name for one in found), VENUES)
