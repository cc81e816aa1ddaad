"""The mechanism: first crossings, sizes, and the build-up of leverage before the event."""

from datetime import timedelta

import numpy as np
import pytest

from orchestration.sample_market import calendar
from orchestration.sample_market.assets import ASSETS, chosen
from orchestration.sample_market.book import Book, book, funding
from orchestration.sample_market.build import simulate
from orchestration.sample_market.crossings import FirstBelow
from orchestration.sample_market.orders import Orders, per_second


@pytest.fixture(scope="module")
def litecoin() -> Book:
    """The cheapest asset to simulate over all 90 days."""
    (asset,) = chosen(("LTC",))
    path, held = simulate(asset, calendar.FIRST_DAY, calendar.LAST_DAY)
    return book(asset, path, held)


@pytest.mark.parametrize("length", [1, 2, 37, 64, 1000])
def test_first_crossings_equal_a_plain_search(length: int) -> None:
    rng = np.random.default_rng(length)
    path = np.cumsum(rng.standard_normal(length))
    start = rng.integers(0, length + 1, 200)
    level = rng.normal(0, length**0.5, 200)
    plain = [next((i for i in range(s, length) if path[i] <= x), length) for s, x in zip(start, level, strict=True)]
    assert FirstBelow(path).find(start, level).tolist() == plain


def test_open_interest_stands_in_the_top_fifth_before_the_event(litecoin: Book) -> None:
    days = calendar.days_between(calendar.FIRST_DAY, calendar.EVENT_DAY)
    opens = [litecoin.open_interest["binance"][litecoin.steps_of(day)][0] for day in days]
    assert sum(value > opens[-1] for value in opens[:-1]) <= 0.2 * len(opens[:-1])


def test_leverage_builds_in_the_range_before_the_event(litecoin: Book) -> None:
    start, end = (litecoin.steps_of(calendar.EVENT_DAY - timedelta(days=back)).start for back in (14, 2))
    held = litecoin.open_interest["bybit"]
    assert held[end] > 1.1 * held[start]


def test_funding_turns_with_the_flush(litecoin: Book) -> None:
    before = dict(funding(litecoin, "binance", calendar.EVENT_DAY))
    after = dict(funding(litecoin, "binance", calendar.EVENT_DAY + timedelta(days=1)))
    assert min(before[0], before[8]) >= 1e-4
    assert abs(after[0]) <= 5e-5


def test_planned_assets_add_up_to_the_event() -> None:
    assert sum(asset.event_usd for asset in ASSETS) == pytest.approx(calendar.DAY_TOTALS_USD[calendar.EVENT_DAY])
    assert sum(asset.share for asset in ASSETS) == pytest.approx(1.0)


def test_days_without_a_plan_of_their_own_are_calm() -> None:
    days = set(calendar.days_between(calendar.FIRST_DAY, calendar.LAST_DAY)) - set(calendar.DAY_TOTALS_USD)
    totals = sorted(calendar.liquidated_usd(day) for day in days)
    assert totals[0] >= 40e6
    assert totals[-1] <= 250e6
    assert len(days) > 75


def test_orders_of_one_second_become_one_message_with_their_mean_price() -> None:
    found = Orders(
        second=np.array([5, 5, 9]),
        side=np.array([1, 1, -1]),
        quantity=np.array([1.0, 3.0, 2.0]),
        price=np.array([100.0, 104.0, 110.0]),
        bankruptcy=np.array([99.0, 103.0, 111.0]),
    )
    merged = per_second(found)
    assert merged.second.tolist() == [5, 9]
    assert merged.quantity.tolist() == [4.0, 2.0]
    assert merged.price.tolist() == [103.0, 110.0]
