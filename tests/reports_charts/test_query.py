import pytest

from reports.charts import words
from reports.charts.axes import padded
from reports.charts.query import coverage, spans
from tests.reports_charts import market


def test_neighbouring_hours_of_one_kind_become_one_span() -> None:
    assert spans({3: "missing", 4: "missing", 9: "missing", 5: "partial"}, "missing") == [(3, 5), (9, 10)]


def test_an_hour_is_missing_only_if_no_venue_has_it() -> None:
    db = market.event_day()
    market.lose_hours(db, [1], ["binance", "bybit"])
    market.lose_hours(db, [2], list(market.VENUES))
    assert dict(coverage(db, market.DAY, ("liquidations",)).gaps) == {1: "partial", 2: "missing"}


def test_without_any_record_coverage_is_unknown_and_no_hour_is_a_gap() -> None:
    cover = coverage(market.empty(), market.DAY, ("liquidations",))
    assert (cover.known, dict(cover.gaps), cover.in_words()) == (False, {}, "not recorded")


@pytest.mark.parametrize(
    ("fraction", "text"), [(-0.0355, "−3.55 pp"), (0.0003, "+0.03 pp"), (-0.123, "−12.3 pp"), (-0.00002, "0.00 pp")]
)
def test_contributions_are_percentage_points_with_a_sign(fraction: float, text: str) -> None:
    assert words.points(fraction) == text


def test_a_flat_line_still_has_room_around_it() -> None:
    low, high = padded([100.0, 100.0])
    assert low < 100 < high
