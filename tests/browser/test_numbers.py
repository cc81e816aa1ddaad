"""Every number on a day's page leads to its row, its lake files and their dump files: by click, by keyboard, without script."""

from functools import cache
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import html5lib
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DAYS, PAGES, Open

WHAT_A_NUMBER_LACKS = """
[...document.querySelectorAll("a.fact")].flatMap(number => {
    const fact = document.getElementById(decodeURIComponent(number.hash.slice(1)));
    if (!fact) return [number.hash];
    const sheet = fact.closest(".sheet"), source = sheet.querySelector("h3").textContent;
    if (source == "window") return [];
    const lake = [...sheet.querySelectorAll("a[href^='#lake-']")].map(link => document.querySelector(link.hash));
    const hashes = lake.map(file => file.querySelectorAll(".dumps code").length);
    const whole = source.startsWith("marts.") && fact.querySelector("dt").textContent && fact.querySelector("dd").textContent
        && sheet.textContent.includes(`dbt_project/models/marts/${source.slice(6)}.sql`)
        && lake.length && hashes.every(n => n > 0) && lake.every(file => file.textContent.includes("/part.parquet"));
    return whole ? [] : [number.hash];
})
"""


def expect_sheets(page: Page, number: int) -> None:
    expect(page.locator(".sheet:visible")).to_have_count(number)


def test_a_click_opens_the_row_of_the_mart_and_the_page_stays_where_it_is(visit: Open) -> None:
    page = visit("event", script=False).page
    number = page.locator("#by-asset a.fact").first
    number.scroll_into_view_if_needed()
    before = number.bounding_box()
    expect_sheets(page, 0)
    number.click()
    sheet = page.locator(".sheet:visible")
    assert sheet.get_by_role("heading").inner_text() == "marts.liquidations_by_asset_daily"
    assert "total_usd" in sheet.inner_text()
    assert "1150000000" in sheet.inner_text()
    assert "asset = ETH" in sheet.inner_text()
    assert number.bounding_box() == before


def test_the_row_leads_to_lake_and_dump_file_with_its_hash_and_closes(visit: Open) -> None:
    page = visit("event", script=False).page
    page.locator("#by-asset a.fact").first.click()
    page.locator(".sheet:visible").get_by_text("Liquidation orders, Binance").click()
    lake = page.locator(".sheet:visible")
    assert lake.get_by_role("heading").inner_text() == "lake/liquidations/venue=binance/day=2026-01-31/part.parquet"
    assert len(lake.locator("code").first.inner_text()) == 64
    lake.get_by_text("Close").click()
    expect_sheets(page, 0)


def test_enter_opens_it_tab_goes_into_it_and_it_leads_back_to_the_number(visit: Open) -> None:
    page = visit("event").page
    number = page.locator("#by-venue a.fact").last
    number.focus()
    page.keyboard.press("Enter")
    expect_sheets(page, 1)
    page.keyboard.press("Tab")
    expect(page.locator(".up:focus")).to_have_count(1)
    page.keyboard.press("Enter")
    expect_sheets(page, 0)
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("a.fact:focus")).to_have_attribute("data-fact", str(number.get_attribute("data-fact")))


def test_the_address_of_a_fact_opens_it(visit: Open) -> None:
    page = visit("event", fragment="#fact-liquidations_market_daily.total_usd").page
    assert "total_usd" in page.locator(".sheet:visible").inner_text()


def test_the_whole_list_of_facts_unfolds(visit: Open) -> None:
    page = visit("event", script=False).page
    page.get_by_text("Facts on this page").click()
    assert page.get_by_role("heading", name="marts.liquidations_market_daily").first.is_visible()


@pytest.mark.parametrize("name", DAYS)
def test_every_number_has_its_mart_model_lake_file_and_hash(visit: Open, name: str) -> None:
    page = visit(name).page
    assert page.locator("a.fact").count() > 10
    assert page.evaluate(WHAT_A_NUMBER_LACKS) == []


@pytest.mark.parametrize("name", PAGES)
def test_all_links_lead_somewhere(recaps: Path, name: str) -> None:
    start = (recaps / PAGES[name]).as_uri()
    links = {urljoin(start, href) for href in _attributes(recaps / PAGES[name], "href")}
    assert links
    for link in links:
        place, fragment = urldefrag(link)
        target = Path(unquote(place.removeprefix("file://")))
        assert target.is_file(), link
        if fragment:
            assert unquote(fragment) in _attributes(target, "id"), link


@cache
def _attributes(path: Path, name: str) -> frozenset[str]:
    tree = html5lib.parse(path.read_text(encoding="utf-8"), namespaceHTMLElements=False)
    return frozenset(element.get(name) for element in tree.iter() if element.get(name))
