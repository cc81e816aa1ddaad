"""What holds of every page, on a wide screen and on a phone, by day and by night, and on paper."""

import re
from itertools import pairwise
from pathlib import Path

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DAYS, ENTITLED, PAGES, Open

A4 = (595, 842)
PAPER = 703
"""CSS pixels between the margins of the style sheet on A4."""
MOST_PAGES = {"archive": 2, "quiet": 6, "event": 7, "impaired": 6, "uncovered": 4}
LARGEST = 600_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ENTITLED)
def test_no_barrier_of_serious_impact(visit: Open, name: str, scheme: str, tmp_path: Path) -> None:
    page = visit(name, scheme).page
    page.screenshot(path=tmp_path / f"{name}-{scheme}-1280.png", full_page=True)
    found = Axe().run(page).response["violations"]
    assert not [
        f"{rule['id']}: {node['html']}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ENTITLED)
def test_it_fits_a_phone(visit: Open, name: str, scheme: str, tmp_path: Path) -> None:
    page = visit(name, scheme, width=390).page
    page.screenshot(path=tmp_path / f"{name}-{scheme}-390.png", full_page=True)
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert not page.evaluate(
        """[...document.querySelectorAll("table")].filter(table => table.checkVisibility()
            && table.getBoundingClientRect().right > innerWidth && !table.closest(".scroll")).map(table => table.id)"""
    )


@pytest.mark.parametrize("name", PAGES)
def test_it_asks_nothing_of_another_host_and_complains_of_nothing(visit: Open, name: str, address: str) -> None:
    seen = visit(name)
    seen.page.wait_for_load_state("networkidle")
    assert seen.requests == [address + PAGES[name]]
    assert not seen.complaints


@pytest.mark.parametrize("name", PAGES)
def test_it_is_valid_html(recaps: Path, name: str) -> None:
    parser = html5lib.HTMLParser()
    parser.parse((recaps / PAGES[name]).read_text(encoding="utf-8"))
    assert not parser.errors


@pytest.mark.parametrize("name", PAGES)
def test_it_has_one_heading_of_the_first_rank_and_landmarks(visit: Open, name: str) -> None:
    page = visit(name).page
    assert page.locator("h1").count() == 1
    for role in ("main", "banner", "navigation"):
        assert page.get_by_role(role).count() == 1, role
    ranks = page.locator("h1,h2,h3,h4").evaluate_all(
        "all => all.filter(h => h.checkVisibility()).map(h => +h.tagName[1])"
    )
    assert all(after - before <= 1 for before, after in pairwise(ranks))


@pytest.mark.parametrize("name", ["archive", "event"])
def test_whoever_uses_the_keyboard_sees_where_they_are(visit: Open, name: str) -> None:
    page = visit(name).page
    page.keyboard.press("Tab")
    assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    page.wait_for_url(f"**#{page.locator('main').get_attribute('id')}")
    for _ in range(12):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            """(() => { const at = document.activeElement, ring = at.labels?.[0] && at.type == "radio" ? at.labels[0] : at;
                const style = getComputedStyle(ring), box = ring.getBoundingClientRect();
                return {tag: at.outerHTML.slice(0, 120), style: style.outlineStyle, width: parseFloat(style.outlineWidth),
                    seen: box.top < innerHeight && box.bottom > 0}})()"""
        )
        assert focus["style"] != "none", focus
        assert focus["width"] >= 2, focus
        assert focus["seen"], focus


@pytest.mark.parametrize("name", PAGES)
def test_it_prints_on_a4_with_nothing_cut(visit: Open, name: str) -> None:
    page = visit(name).page
    paper = page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", paper)
    assert {(round(float(width)), round(float(height))) for width, height in sizes} == {A4}
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) <= MOST_PAGES[name]
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1000})
    assert not page.evaluate(
        """[...document.querySelectorAll("table, figure, h1")].filter(part => part.checkVisibility()
            && part.getBoundingClientRect().right > innerWidth + 1).map(part => part.id || part.className)"""
    )


@pytest.mark.parametrize("name", DAYS)
def test_a_day_stays_small(recaps: Path, name: str) -> None:
    assert (recaps / PAGES[name]).stat().st_size <= LARGEST
