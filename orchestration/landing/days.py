"""Many days at once: each day is fetched and landed on its own, so a bad one fails alone and the others go on."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TypeVar

from orchestration.settings import Settings

T = TypeVar("T")


def over_days(
    work: Callable[[Settings, date], T], settings: Settings, days: Sequence[date]
) -> tuple[dict[date, T], dict[date, Exception]]:
    """Call `work(settings, day)` for every day, several at a time; give results and failures by day.

    One day may use all threads; of several each gets one, which costs less than sharing them.
    """
    at_once = min(settings.threads, len(days))
    if at_once > 1:
        settings = settings.model_copy(update={"threads": 1})
    results: dict[date, T] = {}
    failures: dict[date, Exception] = {}
    with ThreadPoolExecutor(max(1, at_once)) as pool:
        futures = {day: pool.submit(work, settings, day) for day in days}
        for day, future in futures.items():
            try:
                results[day] = future.result()
            except Exception as error:
                failures[day] = error
    return results, failures
