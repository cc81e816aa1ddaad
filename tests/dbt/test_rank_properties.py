"""What holds of any ranks: places of a day are a permutation, and a day stands among those before it where counting puts it."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dbt.compiled import Models

FIRST = date(2024, 12, 20)
EXAMPLES = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Few different sizes, so that many are equal.
USD = st.sampled_from([1.0, 2.5, 7.0, 7.5, 40.0])
Day = tuple[float, str] | None
HISTORY = st.lists(st.none() | st.tuples(USD, st.sampled_from("aab")), min_size=1, max_size=40)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    compiled = Models(tmp_path_factory.mktemp("compiled"), ("liquidations_by_asset_daily", "event_history"))
    compiled.declare(
        "liquidations_by_venue_daily",
        "day date, venue varchar, asset varchar, total_usd double, long_usd double, short_usd double,"
        " n_orders bigint, basis varchar, simulated boolean",
    )
    compiled.declare(
        "int_comparable_days", "day date, total_usd double, long_share double, share_of_oi double, basis varchar"
    )
    compiled.declare(
        "int_largest_orders", "day date, asset varchar, venue varchar, occurred_at timestamp, notional_usd double"
    )
    compiled.declare("int_open_interest_venues", "day date, asset varchar, venue varchar, oi_coin_open double")
    compiled.declare("int_day_prices", "day date, asset varchar, open_usd double")
    compiled.declare("build_days", "day date")
    return compiled


@EXAMPLES
@given(
    longs=st.dictionaries(st.tuples(st.sampled_from("vw"), st.sampled_from("ABCDEF")), st.tuples(USD, USD), min_size=1)
)
def test_assets_of_a_day_take_every_place_once_and_longs_and_shorts_make_the_total(
    models: Models, longs: dict[tuple[str, str], tuple[float, float]]
) -> None:
    venues = [
        (FIRST, venue, asset, long + short, long, short, 1, "orders", False)
        for (venue, asset), (long, short) in longs.items()
    ]
    models.run({"liquidations_by_venue_daily": venues, "int_comparable_days": [], "build_days": [(FIRST,)]})
    rows = models.rows("select * from marts.liquidations_by_asset_daily order by rank")
    assert [row["rank"] for row in rows] == list(range(1, len({asset for _, asset in longs}) + 1))
    assert rows == sorted(rows, key=lambda row: (-row["total_usd"], row["asset"]))
    assert all(row["long_usd"] + row["short_usd"] == pytest.approx(row["total_usd"]) for row in rows)


@EXAMPLES
@given(history=HISTORY)
def test_a_day_stands_among_the_comparable_ones_before_it_where_counting_puts_it(
    models: Models, history: list[Day]
) -> None:
    known = {FIRST + timedelta(days=n): day for n, day in enumerate(history) if day}
    days = [(day, usd, 0.5, None, basis) for day, (usd, basis) in known.items()]
    models.run({"liquidations_by_venue_daily": [], "int_comparable_days": days, "build_days": [(FIRST,)]})
    rows = {row["day"]: row for row in models.rows("select * from marts.event_history")}
    assert rows.keys() == known.keys()
    for day, (usd, basis) in known.items():
        before = {past: known[past][0] for past in known if past <= day and known[past][1] == basis}
        of_year = {past: size for past, size in before.items() if past.year == day.year}
        row = rows[day]
        assert (row["rank_all"], row["n_days"], row["since_day"]) == (_rank(before, usd), len(before), min(before))
        assert (row["rank_ytd"], row["n_ytd"], row["since_day_ytd"]) == (
            _rank(of_year, usd),
            len(of_year),
            min(of_year),
        )
        as_large = [past for past, size in before.items() if past < day and size >= usd]
        if as_large:
            between = (day - max(as_large)).days - 1
            told = sum(past > max(as_large) for past in before) - 1 >= 0.98 * between
            assert row["largest_since"] == (max(as_large) if told else None)
        else:
            assert row["largest_since"] is None
        week = [before.get(day - timedelta(days=n)) for n in range(7)]
        assert row["usd_7d"] == (None if None in week else pytest.approx(sum(size or 0 for size in week)))


def _rank(sizes: dict[date, float], usd: float) -> int:
    return 1 + sum(size > usd for size in sizes.values())
