"""The archive: a calendar that says what it shows, a list that is whole without script, and filters."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DAYS, PAGES, Open

NEWEST_FIRST = sorted((str(day) for day in DAYS.values()), reverse=True)


def shown(page: Page) -> list[str]:
    return page.locator("tr.recap:visible").evaluate_all("rows => rows.map(row => row.id)")


def test_every_day_is_listed_without_script_newest_first(visit: Open) -> None:
    page = visit("archive", script=False).page
    assert shown(page) == NEWEST_FIRST
    assert not page.locator("input[type=search]").is_visible()


def test_a_square_says_day_amount_and_side_and_leads_to_the_day(visit: Open) -> None:
    page = visit("archive").page
    square = page.locator('td[data-day="2026-01-31"] a')
    assert " ".join(square.text_content().split()) == "31 January 2026: at least $2.22B liquidated, 94% longs"  # type: ignore[union-attr]
    square.click()
    page.wait_for_url(f"**/{PAGES['event']}")


def test_squares_are_darker_the_more_was_liquidated_and_hatched_where_nothing_was_measured(visit: Open) -> None:
    page = visit("archive").page
    page.get_by_text("2025", exact=True).click()

    def fill(name: str) -> dict[str, str]:
        return page.locator(f'td[data-day="{DAYS[name]}"]').evaluate(
            "td => ({colour: getComputedStyle(td).backgroundColor, hatch: getComputedStyle(td).backgroundImage})"
        )

    assert fill("event")["colour"] != fill("quiet")["colour"] != fill("uncovered")["colour"]
    assert "gradient" in fill("uncovered")["hatch"]
    assert "gradient" not in fill("quiet")["hatch"]


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("xrp", ["event"]),
        ("btc", ["event", "quiet"]),
        ("quiet", ["quiet"]),
        ("jan 2026", ["event"]),
        ("2026-02", ["uncovered", "impaired"]),
        ("btc long", ["event"]),
        ("nothing of the kind", []),
    ],
)
def test_words_narrow_the_list(visit: Open, words: str, days: list[str]) -> None:
    page = visit("archive").page
    page.get_by_label("Search for").fill(words)
    assert shown(page) == [str(DAYS[name]) for name in days]
    assert page.locator("section.month:visible").count() == len({DAYS[name].replace(day=1) for name in days})
    expect(page.get_by_role("status")).to_have_text(f"{len(days)} of 4 days")
    page.get_by_label("Search for").fill("")
    assert shown(page) == NEWEST_FIRST


@pytest.mark.parametrize("script", [True, False])
def test_an_asset_is_chosen_with_the_keyboard_even_without_script(visit: Open, script: bool) -> None:
    page = visit("archive", script=script).page
    page.get_by_role("radio", name="any").focus()
    while not page.get_by_role("radio", name="SOL").is_checked():
        page.keyboard.press("ArrowRight")
    assert shown(page) == [str(DAYS["event"])]
    if script:
        expect(page.get_by_role("status")).to_have_text("1 of 4 days")


def test_days_lead_to_their_neighbours_and_back_to_their_line(visit: Open) -> None:
    page = visit("event").page
    page.locator("a[rel=next]").click()
    page.wait_for_url(f"**/{PAGES['impaired']}")
    page.locator("a[rel=prev]").click()
    page.wait_for_url(f"**/{PAGES['event']}")
    page.get_by_text("All days").click()
    expect(page.locator("tr.recap:target")).to_have_id("2026-01-31")
