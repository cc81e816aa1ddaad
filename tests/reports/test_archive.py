"""The archive's own figures: what days.json keeps, what the feed says, and that no far day is opened."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from reports import archive, feed, site
from reports.entries import Entry
from reports.recap import write_recap
from tests.reports.published import DAY, MARKETS, Market

Publish = Callable[[Market], Path]
ATOM = "{http://www.w3.org/2005/Atom}"
FULL = Entry(DAY, "a & b <c> \x07", "long_flush", False, True, 2.5e9, 0.94, 3, ("ETH", "BTC"))


def text(element: ElementTree.Element, name: str) -> str:
    found = element.findtext(ATOM + name)
    assert found
    return found


def listed(recaps: Path) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads((recaps / "days.json").read_text(encoding="utf-8"))
    return rows


def test_a_line_holds_what_the_calendar_shows(publish: Publish, tmp_path: Path) -> None:
    write_recap(publish(MARKETS["event"]), tmp_path, DAY)
    (line,) = listed(tmp_path)
    assert line["total_usd"] == pytest.approx(2.2236e9)
    assert line["long_share"] == pytest.approx(2.1e9 / 2.2236e9)
    assert line["assets"] == ["ETH", "BTC", "SOL", "XRP", "DOGE"]
    assert line["digits"] == 3


def test_weak_coverage_and_none_at_all_are_told_apart_from_zero(publish: Publish, tmp_path: Path) -> None:
    write_recap(publish(MARKETS["impaired"]), tmp_path, DAY)
    write_recap(publish(replace(MARKETS["uncovered"], day=DAY + timedelta(days=1))), tmp_path, DAY + timedelta(days=1))
    weak, nothing = listed(tmp_path)
    assert (weak["total_usd"], weak["digits"]) == (4e6, 2)
    assert (nothing["total_usd"], nothing["long_share"], nothing["assets"]) == (None, None, [])
    assert archive.shade(None) == 0
    assert archive.shade(0) == 1


def test_lines_of_an_older_form_are_read_again_and_whole_ones_are_not(publish: Publish, tmp_path: Path) -> None:
    days = [DAY + timedelta(days=n) for n in range(3)]
    for day in days:
        write_recap(publish(replace(MARKETS["quiet"], day=day)), tmp_path, day)
    whole = listed(tmp_path)
    (tmp_path / str(days[1]) / "facts.json").write_text("unreadable", encoding="utf-8")
    older = [{name: row[name] for name in ("day", "headline", "regime", "impaired", "simulated")} for row in whole]
    (tmp_path / "days.json").write_text(json.dumps([older[0], *whole[1:]]), encoding="utf-8")
    site.refresh(tmp_path, [days[2]])
    assert listed(tmp_path) == whole


def test_shades_begin_where_the_legend_says() -> None:
    assert [archive.shade(usd) for usd in (99e6, 1e8, 2.5e8, 5e8, 999e6, 1e9, 9e9)] == [1, 2, 3, 4, 4, 5, 5]


def test_the_feed_is_atom_with_an_entry_per_recap_newest_first() -> None:
    root = ElementTree.fromstring(feed.atom([FULL, replace(FULL, day=date(2026, 2, 1), headline="later")]))
    assert root.tag == f"{ATOM}feed"
    assert text(root, "updated") == "2026-02-02T00:00:00Z"
    assert {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")} == {
        "self": "feed.xml",
        "alternate": "index.html",
    }
    assert text(root.find(f"{ATOM}author"), "name") == "tidemark"  # type: ignore[arg-type]
    newest, oldest = root.findall(f"{ATOM}entry")
    assert text(newest, "title") == "Simulated: later"
    assert text(oldest, "title") == "Simulated: a & b <c> \N{REPLACEMENT CHARACTER}"
    assert oldest.find(f"{ATOM}link").get("href") == "2026-01-31/index.html"  # type: ignore[union-attr]
    assert text(oldest, "updated") == "2026-02-01T00:00:00Z"
    assert text(oldest, "summary") == (
        "31 January 2026, UTC. At least $2.50B liquidated, 94% longs. Most in ETH and BTC."
    )
    ids = [text(element, "id") for element in (root, newest, oldest)]
    assert len(set(ids)) == 3
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", id) for id in ids)


def test_the_feed_keeps_the_newest_recaps_only_and_names_no_amount_that_was_not_measured() -> None:
    gap = replace(FULL, total_usd=None, long_share=None, assets=())
    days = [replace(gap, day=DAY + timedelta(days=n)) for n in range(40)]
    entries = ElementTree.fromstring(feed.atom(days)).findall(f"{ATOM}entry")
    assert [text(entry, "updated")[:10] for entry in (entries[0], entries[-1])] == ["2026-03-12", "2026-02-11"]
    assert text(entries[0], "summary") == "11 March 2026, UTC. No liquidation was measured."


def test_an_archive_without_recaps_says_so() -> None:
    assert "No recap yet" in archive.page([])
    assert ElementTree.fromstring(feed.atom([])).findall(f"{ATOM}entry") == []


def test_asset_names_never_reach_the_style_sheet_or_the_script() -> None:
    hostile = 'X"]{}</style><script>alert(1)</script>'
    told = archive.page([replace(FULL, assets=(hostile, "BTC"))])
    assert hostile not in told
    assert told.count("<script>") == 1
    assert "&lt;script&gt;" in told
