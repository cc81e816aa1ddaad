"""Coverage by hour: a gap is not a zero, and a venue that fell silent is missed for a week."""

from tests.dbt.lake import Lake
from tests.dbt.scenarios.coverage import FIRST, FORGOTTEN, GONE

CANDLES = "from marts.coverage_hourly where dataset = 'candles'"


def test_a_venue_without_a_file_is_missing_for_every_hour_of_the_day(warehouse: Lake) -> None:
    query = f"select state, reason, count(*) {CANDLES} and venue = 'bybit' and day = '{GONE}' group by all"
    assert warehouse.rows(query) == [("missing", "no file", 24)]


def test_a_venue_is_expected_for_seven_days_after_its_last_file(warehouse: Lake) -> None:
    query = f"select distinct day {CANDLES} and venue = 'bybit' and day >= '{FIRST}' order by day"
    assert warehouse.rows(query) == [(FIRST,), (GONE,)]
    assert warehouse.rows(f"select count(*) {CANDLES} and day = '{FORGOTTEN}'") == [(24,)]


def test_what_a_file_says_of_an_hour_is_kept(warehouse: Lake) -> None:
    query = f"select hour, state, reason {CANDLES} and venue = 'binance' and day = '{GONE}' and state <> 'complete'"
    assert warehouse.rows(query) == [(5, "partial", "as the test says")]
