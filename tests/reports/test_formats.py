"""A recap as Markdown, plain text and JSON says what the mail says, and nothing else."""

import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from reports.facts import FactStore
from reports.facts.export import to_json
from reports.formats import show
from reports.recap import write_recap
from tests.reports.published import DAY, PRICES, Market

_IN_THE_MAIL = ("headline", "takeaway", "lead", "brunt", "why", "levels", "leverage", "outlook", "coverage")


def said(folder: Path) -> list[str]:
    """The sentences of the mail, as claims.json has them."""
    claims = json.loads((folder / "claims.json").read_text(encoding="utf-8"))["claims"]
    return [claim["text"] for claim in claims if claim["text"] and claim["place"] in _IN_THE_MAIL]


@pytest.mark.parametrize("form", ["md", "txt"])
def test_every_sentence_of_the_mail_is_there(written: tuple[Path, Path], form: str) -> None:
    folder = written[1] / str(DAY)
    told = " ".join(re.sub(r"\\(.)", r"\1", show(folder, form)).split())
    assert len(said(folder)) > 10
    assert [sentence for sentence in said(folder) if sentence not in told] == []


def test_json_has_each_sentence_with_facts_that_it_holds(written: tuple[Path, Path]) -> None:
    folder = written[1] / str(DAY)
    told = json.loads(show(folder, "json"))
    assert set(said(folder)) <= {sentence["text"] for sentence in told["sentences"]}
    assert {id for sentence in told["sentences"] for id in sentence["facts"]} == set(told["facts"])
    published = json.loads((folder / "facts.json").read_text(encoding="utf-8"))["facts"]
    assert all(told["facts"][fact["id"]] == fact for fact in published if fact["id"] in told["facts"])


def test_markdown_is_headings_lists_and_tables_that_line_up(written: tuple[Path, Path]) -> None:
    lines = show(written[1] / str(DAY), "md").splitlines()
    assert lines[0].startswith("# ")
    assert "## What to watch" in lines
    rows = [line for line in lines if line.startswith("|")]
    assert len(rows) > 8
    assert not [line for before, line in pairwise(lines) if before == line == ""]
    for before, row in pairwise(rows):
        if lines[lines.index(row) - 1].startswith("|"):
            assert row.count("|") == before.count("|")


def test_a_name_cannot_become_markup(
    facts: Callable[[Market], FactStore], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = "A|_B_<i>"
    monkeypatch.setitem(PRICES, hostile, 2.0)
    market = Market(longs={hostile: 3e9}, assets=(hostile, "BTC"), capped=("BTC",))
    (tmp_path / "facts.json").write_text(to_json(facts(market)), encoding="utf-8")
    told = show(tmp_path, "md")
    assert hostile not in told
    assert r"A\|\_B\_\<i\>" in told
    assert hostile in show(tmp_path, "txt")


@pytest.mark.parametrize("form", ["md", "txt", "json"])
def test_the_same_recap_gives_the_same_text(written: tuple[Path, Path], form: str) -> None:
    folder = written[1] / str(DAY)
    assert show(folder, form) == show(folder, form)


@pytest.mark.parametrize("form", ["md", "txt"])
def test_simulated_data_says_so(publish: Callable[[Market], Path], tmp_path: Path, form: str) -> None:
    folder = write_recap(publish(Market(simulated=True)), tmp_path, DAY).folder
    assert "Simulated data: nothing told here" in show(folder, form)
