"""When a day's data ends, told in UTC and in a reader's own time. The day itself is the UTC day, wherever it is read."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reports import numbers


def instant(day: date) -> datetime:
    """Return the end of a day."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def told(day: date, zone: str = "UTC") -> str:
    """Return the day, and for readers of another zone the cut-off with what their clocks show at that instant."""
    words = f"{numbers.day(day)}, UTC"
    if zone == "UTC":
        return words
    end = instant(day)
    local = end.astimezone(ZoneInfo(zone))
    on = "" if local.date() == end.date() else f" on {numbers.short_day(local.date())}"
    return f"{words}; cut-off 00:00 UTC on {numbers.short_day(end.date())} ({local:%H:%M} {_abbreviation(local)}{on})"


def _abbreviation(local: datetime) -> str:
    """CET; a zone without letters of its own by its distance from UTC."""
    name = local.tzname() or ""
    if name.isalpha():
        return name
    seconds = int((local.utcoffset() or timedelta()).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"UTC{numbers.MINUS if seconds < 0 else '+'}{hours:02}:{minutes:02}"
