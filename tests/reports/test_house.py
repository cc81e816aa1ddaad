"""A house's own templates and colours: used where they are right, told with file and line where they are not."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from orchestration.look import dress
from orchestration.settings import SettingsError, load
from reports import house, mail, theme
from reports.formats import show
from reports.recap import write_recap
from tests.reports.published import DAY, Market

SHIPPED = house.TEMPLATES


@pytest.fixture(autouse=True)
def undressed() -> Iterator[None]:
    yield
    house.use()


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder for templates of the house."""
    for kind in ("page", "mail", "text"):
        (tmp_path / "templates" / kind).mkdir(parents=True)
    return tmp_path / "templates"


def html(eml: bytes) -> str:
    part = message_from_bytes(eml, policy=policy.default).get_body(preferencelist=("html",))
    assert part is not None
    return str(part.get_content())


def written_with(own: Path, tmp_path: Path) -> Path:
    house.use(own)
    return write_recap(Market().write(tmp_path / "tidemark.duckdb"), tmp_path / "recaps", DAY).folder


def test_a_template_of_the_house_goes_first_and_the_others_stay(own: Path, tmp_path: Path) -> None:
    for name in ("mail/body.html.j2", "mail/body.txt.j2", "page/day.html.j2"):
        shipped = (SHIPPED / name).read_text(encoding="utf-8")
        for sign in ("</body>", "-- \n", "</main>"):
            shipped = shipped.replace(sign, f"{{% include 'own_foot.j2' %}}\n{sign}")
        (own / name).write_text(shipped, encoding="utf-8")
    for kind in ("mail", "page"):
        (own / kind / "own_foot.j2").write_text("Harbour Desk: {{ 'a & b' }}", encoding="utf-8")
    folder = written_with(own, tmp_path)
    assert "Harbour Desk" in (folder / "index.html").read_text(encoding="utf-8")
    assert "Harbour Desk" in html((folder / "email.eml").read_bytes())
    assert "Harbour Desk" in show(folder, "txt")
    assert "Harbour Desk" not in show(folder, "md")


def test_a_template_of_the_house_is_escaped_like_those_shipped(own: Path, view_of_names: mail.MailView) -> None:
    (own / "mail" / "body.html.j2").write_text("<html><body><p>{{ view.headline }}</p></body></html>", encoding="utf-8")
    house.use(own)
    assert "&lt;b&gt;" in mail.render_html(view_of_names)


@pytest.fixture
def view_of_names() -> mail.MailView:
    return mail.MailView(DAY, "subject", "preheader", "<b>headline</b>", [], [])


def test_a_misspelt_variable_is_an_error_with_file_and_line(own: Path, view_of_names: mail.MailView) -> None:
    template = own / "mail" / "body.txt.j2"
    template.write_text("{{ view.headline }}\n{{ view.headlime }}\n", encoding="utf-8")
    house.use(own)
    with pytest.raises(house.HouseError, match=rf"{template}:2: .*headlime"):
        mail.render_text(view_of_names)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{% if view.headline %}\n\nno end", 2),
        ("\n{{ view.headline | loud }}", 2),
        ("a\n{% include 'own_none.j2' %}", 2),
    ],
)
def test_a_broken_template_is_an_error_with_file_and_line(
    own: Path, view_of_names: mail.MailView, text: str, line: int
) -> None:
    template = own / "mail" / "body.txt.j2"
    template.write_text(text, encoding="utf-8")
    house.use(own)
    with pytest.raises(house.HouseError, match=rf"{template}:{line}: "):
        mail.render_text(view_of_names)


def test_a_file_that_would_never_be_read_is_an_error(own: Path) -> None:
    (own / "mail" / "bodi.html.j2").write_text("", encoding="utf-8")
    with pytest.raises(house.HouseError, match=r"bodi\.html\.j2.*no template is called so"):
        house.use(own)


def test_colours_of_the_house_reach_page_mail_and_pictures(own: Path, tmp_path: Path) -> None:
    plain = write_recap(Market().write(tmp_path / "tidemark.duckdb"), tmp_path / "plain", DAY).folder
    colours = tmp_path / "theme.toml"
    colours.write_text('[light]\nlong = "#7a1fa2"\n[dark]\nlong = "#ffee00"\n', encoding="utf-8")
    house.use(None, colours)
    folder = write_recap(tmp_path / "tidemark.duckdb", tmp_path / "own", DAY).folder
    page = (folder / "index.html").read_text(encoding="utf-8")
    letter = html((folder / "email.eml").read_bytes())
    for text in (page, letter):
        assert "#7a1fa2" in text
        assert "#ffee00" in text
        assert theme.SHIPPED_LIGHT.long not in text
    assert pictures(folder)[0] != pictures(plain)[0]


def pictures(folder: Path) -> list[bytes]:
    message = message_from_bytes((folder / "email.eml").read_bytes(), policy=policy.default)
    return [part.get_content() for part in message.walk() if part.get_content_maintype() == "image"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[light]\nink = "#15202b"\nlonk = "#000000"\n', r"theme\.toml:3: light\.lonk: no such role"),
        ('[dark]\nlong = "orange"\n', r"theme\.toml:2: dark\.long: a colour is written #rrggbb"),
        ('[light]\nink = "#bbbbbb"\n', r"light\.ink has a contrast of 1\.9:1"),
        ("[light\n", r"theme\.toml: .*line 1"),
        ('[night]\nink = "#000000"\n', "night is neither light nor dark"),
    ],
)
def test_a_wrong_colour_is_an_error_that_names_it(tmp_path: Path, text: str, said: str) -> None:
    colours = tmp_path / "theme.toml"
    colours.write_text(text, encoding="utf-8")
    with pytest.raises(house.HouseError, match=said):
        house.use(None, colours)


def test_the_settings_name_folder_and_theme_seen_from_the_home(own: Path, tmp_path: Path) -> None:
    (tmp_path / "tidemark.toml").write_text('[report]\ntemplates = "templates"\n', encoding="utf-8")
    (own / "text" / "recap.md.j2").write_text("{{ view.headline | md }}!\n", encoding="utf-8")
    dress(load(tmp_path))
    folder = write_recap(Market().write(tmp_path / "tidemark.duckdb"), tmp_path / "recaps", DAY).folder
    assert show(folder, "md").rstrip().endswith("!")
    (tmp_path / "tidemark.toml").write_text('[report]\ntemplates = "nowhere"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"report: .*nowhere: there is no such folder"):
        dress(load(tmp_path))
