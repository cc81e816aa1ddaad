"""Feeds as declarations: paths lead to files and back, and every feed fills a dataset that exists."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.feeds.catalog import FEEDS
from orchestration.feeds.contract import Feed, fill, pattern, recognise, speaks_of
from orchestration.feeds.datasets import DATASETS
from orchestration.landing.trades import TRADE

NAMES = st.text(
    st.characters(whitelist_categories=("Lu", "Lo", "Nd"), blacklist_characters="/"), min_size=1, max_size=12
)
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
ARCHIVED = [feed for feed in FEEDS if feed.address and feed.subjects]


@pytest.mark.parametrize("feed", ARCHIVED, ids=lambda feed: feed.name)
@given(day=DAYS, name=NAMES)
def test_a_path_filled_for_a_day_is_recognised_again(feed: Feed, day: date, name: str) -> None:
    for template in feed.paths:
        subject = dict.fromkeys(feed.subjects, name)
        path = fill(template, day, subject)
        glob, expression = pattern(template, day)
        match = expression.fullmatch(path)
        assert match is not None
        assert {key: match[key] for key in subject} == subject
        assert "{" not in glob
        found = recognise(f"somewhere/{path}", [feed])
        assert found is not None
        assert (found[1], dict(found[2])) == (template, subject)


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_every_feed_selects_columns_that_its_dataset_has_and_needs(feed: Feed) -> None:
    dataset = DATASETS[feed.dataset]
    columns = set(TRADE) if feed.of_trades else set(dataset.columns)
    needed = {"traded_at", "symbol", "price"} if feed.of_trades else set(dataset.required) - {"feed", "dump_path"}
    assert set(feed.select) <= columns
    assert needed <= set(feed.select)


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_a_feed_yields_to_feeds_of_its_dataset_and_subject(feed: Feed) -> None:
    better = {other.name: other for other in FEEDS if other.dataset == feed.dataset}
    assert all(set(better[name].subjects) == set(feed.subjects) for name in feed.yields_to)


def test_no_two_feeds_share_a_name() -> None:
    assert len({feed.name for feed in FEEDS}) == len(FEEDS)


@pytest.mark.parametrize(
    ("name", "speaks"),
    [
        ("x.csv", True),
        ("x-2026-01.csv", True),
        ("x-2026-01-31.csv", True),
        ("x-2026-01-30.csv", False),
        ("x-2025-01.csv", False),
    ],
)
def test_a_date_in_a_name_limits_the_file(name: str, speaks: bool) -> None:
    assert speaks_of(f"folder-2020-01/{name}", date(2026, 1, 31)) is speaks
