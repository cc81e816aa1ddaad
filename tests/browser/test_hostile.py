"""Assets whose names are markup, a template or SQL are shown as they are spelled, on the page and in the mail: nothing of them runs."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from reports.recap import write_recap
from tests.mail.test_mail import parsed, part
from tests.reports.published import DAY, PRICES, Market

HOSTILE = (
    "<script>document.title='run'</script>",
    "\"><img src=x onerror=document.title='run'>",
    "</style><svg onload=document.title='run'>",
    "{{ 7 * 7 }}{% raw %}",
    "'; drop table marts.x; --",
)


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Pages by name."""
    for name in HOSTILE:
        monkeypatch.setitem(PRICES, name, 2.0)
    market = Market(longs=dict.fromkeys(HOSTILE, 6e8), assets=(*HOSTILE, "BTC"), capped=("BTC",))
    recap = write_recap(market.write(tmp_path / "tidemark.duckdb"), tmp_path / "recaps", DAY)
    mail = tmp_path / "mail.html"
    mail.write_text(part(parsed((recap.folder / "email.eml").read_bytes()), "html"), encoding="utf-8")
    return {"recap": recap.page, "archive": tmp_path / "recaps" / "index.html", "mail": mail}


@pytest.mark.parametrize("name", ["recap", "archive", "mail"])
def test_names_stay_text(browser: Browser, shown: dict[str, Path], name: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(shown[name].as_uri())
    page.wait_for_load_state("networkidle")
    assert page.title() != "run"
    assert [url for url in asked if not url.startswith("cid:")] == [shown[name].as_uri()]
    assert page.locator("img[src=x], svg[onload]").count() == 0
    text = page.locator("body").text_content() or ""
    assert [hostile for hostile in HOSTILE if hostile in text]
    assert name != "recap" or all(hostile in text for hostile in HOSTILE)
    context.close()
