"""The cut-off in a reader's time: always the end of the UTC day, whatever the clocks there do that night."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.cutoff import instant, told

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Sao_Paulo",
    "Etc/GMT+12",
)


@pytest.mark.parametrize(
    ("day", "zone", "said"),
    [
        (date(2026, 1, 31), "Europe/Berlin", "cut-off 00:00 UTC on 1 Feb 2026 (01:00 CET)"),
        (date(2026, 3, 28), "Europe/Berlin", "cut-off 00:00 UTC on 29 Mar 2026 (01:00 CET)"),
        (date(2026, 3, 29), "Europe/Berlin", "cut-off 00:00 UTC on 30 Mar 2026 (02:00 CEST)"),
        (date(2026, 10, 24), "Europe/Berlin", "cut-off 00:00 UTC on 25 Oct 2026 (02:00 CEST)"),
        (date(2026, 10, 25), "Europe/Berlin", "cut-off 00:00 UTC on 26 Oct 2026 (01:00 CET)"),
        (date(2026, 1, 31), "America/Los_Angeles", "cut-off 00:00 UTC on 1 Feb 2026 (16:00 PST on 31 Jan 2026)"),
        (date(2026, 1, 31), "Asia/Kathmandu", "cut-off 00:00 UTC on 1 Feb 2026 (05:45 UTC+05:45)"),
        (date(2026, 1, 31), "America/Sao_Paulo", "cut-off 00:00 UTC on 1 Feb 2026 (21:00 UTC−03:00 on 31 Jan 2026)"),
    ],
)
def test_the_cut_off_is_told_in_the_reader_s_time(day: date, zone: str, said: str) -> None:
    assert told(day, zone).endswith(f"UTC; {said}")


def test_a_reader_in_utc_is_told_the_day_alone() -> None:
    assert told(date(2026, 1, 31)) == "31 January 2026, UTC"


@given(st.dates(date(2011, 1, 1), date(2040, 12, 31)), st.sampled_from(ZONES))
def test_what_is_told_is_the_instant_that_ends_the_utc_day(day: date, zone: str) -> None:
    found = re.search(r"\((\d\d:\d\d) \S+?(?: on (\d+ \w+ \d{4}))?\)$", told(day, zone))
    assert found
    local_day = datetime.strptime(found[2], "%d %b %Y").date() if found[2] else day + timedelta(days=1)
    hour, minute = map(int, found[1].split(":"))
    shown = datetime(local_day.year, local_day.month, local_day.day, hour, minute, tzinfo=ZoneInfo(zone))
    # An hour that a clock shows twice is one instant or the other.
    ends = {shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
    assert instant(day) in ends
    assert instant(day) == datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
