"""The documentation's table of feeds is the catalogue."""

from pathlib import Path

import pytest

from orchestration.feeds import page
from orchestration.feeds.catalog import FEEDS, SOURCES
from orchestration.feeds.contract import Feed

PAGE = (Path(__file__).parents[2] / "docs/feeds.md").read_text(encoding="utf-8")


def test_the_page_lists_every_feed_as_it_is_declared() -> None:
    assert PAGE.endswith(page.table(FEEDS)), "write it anew: tidemark feeds list --markdown"


def test_there_is_breadth() -> None:
    assert len(FEEDS) >= 30
    assert len(SOURCES) >= 12


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_every_feed_says_when_its_files_are_out(feed: Feed) -> None:
    assert feed.published
