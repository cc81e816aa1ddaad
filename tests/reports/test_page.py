"""The page as a document: self-contained, escaped, readable without sight or colour."""

import itertools
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
from jinja2 import UndefinedError

from reports.facts import FactStore
from reports.recap import write_recap
from reports.render import TEMPLATES, environment
from reports.tiles import tiles
from tests.reports.published import DAY, MARKETS, Market

Publish = Callable[[Market], Path]
HOSTILE = ("<script>alert(1)</script>", "{{7*7}}", '"><img src=x onerror=alert(1)>')


class Outline(HTMLParser):
    """Tags in order, with their attributes, and which tags are left open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, *names: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag in names]


@pytest.fixture(scope="module", params=sorted(MARKETS))
def page(request: pytest.FixtureRequest, publish: Publish, tmp_path_factory: pytest.TempPathFactory) -> str:
    recaps = tmp_path_factory.mktemp("recaps")
    return write_recap(publish(MARKETS[request.param]), recaps, DAY).page.read_text(encoding="utf-8")


def test_the_page_asks_nothing_of_any_other_host(page: str) -> None:
    assert not re.search(
        r"(?:https?:)?//(?!www\.w3\.org)[a-z]", re.sub(r'xmlns(:\w+)?="[^"]*"', "", page), re.IGNORECASE
    )
    assert not re.search(r"@import|@font-face|url\((?!#)", page)
    outline = Outline(page)
    assert not outline.of("script", "link", "iframe", "object", "embed", "base", "img", "form")
    assert not [name for _, attrs in outline.tags for name in attrs if name.startswith("on")]


def test_headings_go_down_one_step_at_a_time(page: str) -> None:
    levels = [int(tag[1]) for tag, _ in Outline(page).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_every_table_has_a_caption_and_scoped_headers(page: str) -> None:
    outline = Outline(page)
    assert len(outline.of("caption")) == len(outline.of("table")) > 0
    assert all(attrs.get("scope") in ("col", "row") for attrs in outline.of("th"))


def test_language_viewport_and_both_schemes_are_declared(page: str) -> None:
    outline = Outline(page)
    assert outline.of("html")[0]["lang"] == "en"
    assert "width=device-width" in page
    assert "prefers-color-scheme:dark" in page
    assert "@media print" in page


def test_every_link_within_the_page_has_a_target(page: str) -> None:
    outline = Outline(page)
    ids = [attrs["id"] for _, attrs in outline.tags if attrs.get("id")]
    assert len(ids) == len(set(ids))
    targets = {str(attrs["href"])[1:] for attrs in outline.of("a") if str(attrs["href"]).startswith("#")}
    assert targets <= set(ids)


def test_every_picture_has_words(page: str) -> None:
    pictures = [attrs for _, attrs in Outline(page).tags if attrs.get("class") == "picture"]
    assert pictures
    assert all(attrs.get("aria-label") for attrs in pictures)


def test_the_footer_lists_every_dump_file_with_its_hash(page: str) -> None:
    assert len(re.findall(r"<code>[0-9a-f]{64}</code>", page)) == len(re.findall(r'id="file-\d+"', page)) > 0


def test_simulated_data_is_said_at_the_top_in_the_text_and_in_the_mail(publish: Publish, tmp_path: Path) -> None:
    recap = write_recap(publish(Market(simulated=True)), tmp_path, DAY)
    page = recap.page.read_text(encoding="utf-8")
    assert page.index("Simulated data") < page.index("<h1")
    assert page.count("Simulated data") >= 3
    assert recap.subject.startswith("Simulated: ")
    assert b"Simulated" in (recap.folder / "email.eml").read_bytes()


def test_real_data_is_not_called_simulated(page: str) -> None:
    assert "imulated data" not in page.split("<body>")[1]


def test_hostile_names_stay_text(publish: Publish, tmp_path: Path) -> None:
    published = publish(MARKETS["event"])
    with duckdb.connect(str(published)) as db:
        for number, name in enumerate(HOSTILE):
            asset = ("XRP", "SOL", "DOGE")[number]
            for table in (
                "marts.liquidations_by_asset_daily",
                "marts.liquidations_by_venue_daily",
                "marts.liquidations_hourly",
                "marts.market_cap_changes_daily",
            ):
                db.execute(f"update {table} set asset = $name where asset = $asset", {"name": name, "asset": asset})
        db.execute("update marts.dump_files set path = '<b>' || path")
        db.execute(
            "insert into marts.unknown_instruments values ($day, 'okx', $name, 'liquidations', 5, 'x', 'x')",
            {"day": DAY, "name": HOSTILE[0]},
        )
    page = write_recap(published, tmp_path, DAY).page.read_text(encoding="utf-8")
    outline = Outline(page)
    assert not outline.of("script", "img", "b")
    assert "{{7*7}}" in page
    assert "&lt;script&gt;" in page


def test_a_name_that_a_template_does_not_know_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nothing_of_the_kind }}").render()


def test_templates_do_no_arithmetic() -> None:
    expressions = [
        found
        for path in TEMPLATES.glob("*.j2")
        for found in re.findall(r"{{(.*?)}}|{%(.*?)%}", path.read_text(encoding="utf-8"))
    ]
    without_strings = [re.sub(r'"[^"]*"', "", "".join(pair)) for pair in expressions]
    assert without_strings
    assert not [text for text in without_strings if re.search(r"[*/]|\+|\s-\s|\|\s*(sum|round|abs)", text.strip("-"))]


def test_a_day_of_hundreds_of_assets_stays_a_page_and_says_where_the_rest_is(publish: Publish, tmp_path: Path) -> None:
    assets = [f"COIN{number:03}" for number in range(300)]
    many = Market(longs={asset: 1e9 / (1 + number) for number, asset in enumerate(assets)}, shorts={})
    recap = write_recap(publish(many), tmp_path, DAY)
    page = recap.page.read_text(encoding="utf-8")
    assert recap.page.stat().st_size <= 600_000
    assert "COIN029" in page
    assert "COIN030</th>" not in page
    assert 'The rows that follow these are in <a href="facts.json">' in page
    assert "COIN299" in (recap.folder / "facts.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "label"), [("rally", "close to close"), ("drawdown", "peak to trough")])
def test_the_tile_of_the_market_cap_tells_the_larger_way(
    name: str, label: str, facts: Callable[[Market], FactStore]
) -> None:
    assert f"Market cap, {label}" in [tile.label for tile in tiles(facts(MARKETS[name]))]
