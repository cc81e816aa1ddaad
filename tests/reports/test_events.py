"""What a user wrote down of the world outside the data is told with its source, as grade X, and nothing else is."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reports import events
from reports.recap import write_recap
from reports.verify import verify
from tests.reports.published import DAY, MARKETS, Market

TOLD = """
[[events]]
day = 2026-01-31
text = "A ruling of 14:30 UTC was  expected, and fell."
source = "https://www.example.org/news/31"

[[events]]
day = 2026-02-01
text = "Another day"
source = "x"
"""


@pytest.fixture(autouse=True)
def none_afterwards() -> Iterator[None]:
    yield
    events.use(None)


def test_an_event_of_the_day_is_told_with_its_source_and_verified(
    publish: Callable[[Market], Path], tmp_path: Path
) -> None:
    (tmp_path / "events.toml").write_text(TOLD, encoding="utf-8")
    events.use(tmp_path / "events.toml")
    published = publish(MARKETS["event"])
    recap = write_recap(published, tmp_path, DAY)
    page, mail = recap.page.read_text(encoding="utf-8"), (recap.folder / "email.eml").read_text(encoding="utf-8")
    assert "From outside the data, by " in page
    assert 'data-grade="X"' in page
    assert "Another day" not in page
    assert "example.org/news/31" in page
    assert "http" not in mail.partition("text/plain")[2].partition("text/html")[0]
    assert list(verify(published, tmp_path, DAY)) == []


def test_an_event_that_the_file_no_longer_says_is_a_miss(publish: Callable[[Market], Path], tmp_path: Path) -> None:
    (tmp_path / "events.toml").write_text(TOLD, encoding="utf-8")
    events.use(tmp_path / "events.toml")
    published = publish(MARKETS["quiet"])
    write_recap(published, tmp_path, DAY)
    (tmp_path / "events.toml").write_text(TOLD.replace("14:30", "15:30"), encoding="utf-8")
    events.use(tmp_path / "events.toml")
    assert any("events.1.text" in miss.where for miss in verify(published, tmp_path, DAY))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[[events]]\nday = 2026-01-31\ntext = 'x'\n", "event 1: it has day, text, source"),
        ("[[events]]\nday = '2026-01-31'\ntext = 'x'\nsource = 'y'\n", "event 1: day is a date"),
        ("[[events]]\nday = 2026-01-31\ntext = ''\nsource = 'y'\n", "event 1: text is one line"),
        (TOLD.replace("and fell", "and sparked the fall"), "event 1: text states a cause (sparked)"),
        ("events = 3\n", "there are [[events]] and nothing else"),
        ("[[events]\n", "events.toml: "),
    ],
)
def test_a_file_that_cannot_be_used_names_the_entry(text: str, what: str, tmp_path: Path) -> None:
    (tmp_path / "events.toml").write_text(text, encoding="utf-8")
    with pytest.raises(events.EventsError) as failed:
        events.use(tmp_path / "events.toml")
    assert what in str(failed.value)
