"""docs/new-feed.md does what it says: its module, taken from the page, reads the dump that the page shows."""

import re
from pathlib import Path
from types import ModuleType

import pytest

from orchestration.landing import archive, check, fetch, lake
from orchestration.landing.check import check_file
from tests.landing.conftest import lab
from tests.landing.kit import DAY, Lab, gzipped

__all__ = ["lab"]

PAGE = (Path(__file__).parents[2] / "docs/new-feed.md").read_text(encoding="utf-8")


def block(start: str) -> str:
    """The fenced block whose text begins with `start`."""
    (text,) = [text for text in re.findall(r"```\w*\n(.*?)```", PAGE, re.DOTALL) if text.startswith(start)]
    return str(text)


@pytest.fixture
def dump(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Path:
    module = ModuleType("northsea")
    exec(block('"""Northsea'), module.__dict__)
    for place in (fetch, check):
        monkeypatch.setattr(place, "FEEDS", module.FEEDS)
    monkeypatch.setattr(lake, "feeds_of", lambda dataset: [feed for feed in module.FEEDS if feed.dataset == dataset])
    return gzipped(lab.archive / "northsea/bars/NS-BTC/2026-01-31.csv.gz", block("t;o;h;l;c") + "x;1;1;1;1;1\n")


def test_the_page_s_module_reads_the_page_s_dump(lab: Lab, dump: Path) -> None:
    report = lab.land("northsea", "candles")
    assert (report.rows_in, report.rows_kept) == (3, 2)
    assert lab.rows("candles", "venue, symbol, open_at::varchar, open, close, base_volume") == [
        ("northsea", "NS-BTC", "2026-01-31 00:00:00", 84211.0, 84201.5, 1204.0),
        ("northsea", "NS-BTC", "2026-01-31 00:01:00", 84201.5, 84185.0, 977.0),
    ]
    assert [line for line, _ in lab.quarantined()] == [4]


def test_the_page_s_check_says_what_would_be_done(lab: Lab, dump: Path) -> None:
    told = "\n".join(check_file(lab.settings, dump))
    assert "northsea.bars -> lake/candles, day 2026-01-31" in told
    assert re.search(r"kept +2  northsea 2026-01-31", told)
    assert "line 4:" in told


def test_over_the_network_the_subject_is_spelled_as_the_exchange_does(lab: Lab, dump: Path) -> None:
    (bars,) = fetch.FEEDS
    web = archive.Web(lab.settings)
    assert [web.address(choice[0]) for choice in web.choices(bars, DAY)] == [
        "https://dumps.northsea.example/bars/NS-BTC/2026-01-31.csv.gz"
    ]


def test_the_module_is_short() -> None:
    assert len(block('"""Northsea').splitlines()) <= 60
