"""What data says is shown as text: no terminal and no page obeys it."""

from types import SimpleNamespace

from orchestration.assets.recaps import _preview
from orchestration.landing.check import check_file
from tests.landing.conftest import lab
from tests.landing.kit import Lab
from tests.landing.test_other_feeds import candle, own

__all__ = ["lab"]


def test_what_a_terminal_would_obey_is_not_printed(lab: Lab) -> None:
    own(lab, "a.csv", candle(), candle(venue="\x1b]0;owned\x07\x1b[2J"))
    told = "\n".join(check_file(lab.settings, lab.archive / "own/candles/a.csv"))
    assert "line 3" in told
    assert "\x1b" not in told
    assert "\x07" not in told


def test_a_name_is_no_markup_in_the_ui_s_preview_of_a_recap() -> None:
    told = _preview(
        SimpleNamespace(headline="<b>X</b>", takeaways=["![y](https://example.org/y.png) fell", "two\n# lines"])
    )
    assert told.splitlines() == [
        r"**\<b\>X\</b\>**",
        "",
        r"- !\[y\](https://example.org/y.png) fell",
        r"- two \# lines",
    ]
