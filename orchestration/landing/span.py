"""Which days a dump file may hold rows of, and on which of them what does not belong is told: on one, never on each."""

from datetime import date, timedelta

from orchestration.feeds.contract import named_days, names_day
from orchestration.landing.archive import Candidate

Window = tuple[date, date]
COLUMNS = {"first_day": "date", "last_day": "date", "home": "date"}


def one_day(day: date) -> Window:
    """The UTC day as a half-open window."""
    return day, day + timedelta(days=1)


def span_of(candidate: Candidate) -> dict[str, date | None]:
    """`first_day` and `last_day` that the file may hold, both included, and `home`, the one day that it is named after."""
    home = candidate.day if names_day(candidate.template) else None
    days = candidate.feed.days_held(home) if home else named_days(candidate.path)
    first, last = days or (None, None)
    return {"first_day": first, "last_day": last, "home": home}


def typed(value: str, type_: str) -> str:
    """SQL: a value of its type or NULL, as which a time without end counts: it belongs to no day, so that nobody would tell of it."""
    cast = f"try_cast({value} as {type_})"
    return f"case when isfinite({cast}) then {cast} end" if type_ == "TIMESTAMP" else cast


def misplaced(at: str) -> str:
    """SQL: the file may not hold a row of that time."""
    return f"(first_day is not null and not ({at} >= first_day and {at} < last_day + 1))"


def belongs(at: str, window: Window) -> str:
    """SQL: a row of that time is to be judged in the window, [first day, day after the last): its own, or to be told there.

    A row without a time, or with one that the file may not hold, is told on the day that the file is named after; else on
    the nearest day that it may hold, and without a time on all.
    """
    start, end = (f"date '{day}'" for day in window)
    nearest = f"least(greatest({at}::date, first_day), last_day)"
    return (
        f"(({at} >= {start} and {at} < {end})"
        f" or ({at} is null and coalesce(home, {start}) = {start})"
        f" or ({misplaced(at)} and coalesce(home, {nearest}) = {start}))"
    )
