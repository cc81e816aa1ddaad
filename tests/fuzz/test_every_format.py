"""Whatever is wrong with a dump: each line is kept with its own values or named with a reason, and nothing breaks.

Here one feed of each format; `make fuzz` does all feeds, for as long as it is let.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.feeds.contract import Feed
from tests.fuzz.forge import Mould, mould
from tests.fuzz.landed import Ground
from tests.fuzz.mixtures import PLACES, dumps_of_a_day, every_value, has_siblings, one_dump

Place = tuple[Feed, str]


def _format(place: Place) -> str:
    """How the dump is packed, and what its lines are."""
    feed, path = place
    kind = "trades" if feed.of_trades else type(feed.reader).__name__
    return f"{kind}.{path.rpartition('/')[2].partition('.')[2].replace('data.', '')}"


FORMATS = {_format(place): place for place in reversed(PLACES)}


@pytest.fixture(params=FORMATS, scope="module")
def form(request: pytest.FixtureRequest) -> Mould:
    return mould(*FORMATS[request.param])


@pytest.fixture(params=[name for name in FORMATS if not name.endswith(".parquet")], scope="module")
def text(request: pytest.FixtureRequest) -> Mould:
    """A form whose dumps are text, in which text can be flawed."""
    return mould(*FORMATS[request.param])


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    yield Ground(tmp_path)
    tempfile.tempdir = None


def test_a_value_that_is_none_costs_its_line_and_no_other(form: Mould, ground: Ground) -> None:
    every_value(form, ground, shift=0)


def test_no_mixture_of_flaws_breaks_more_than_its_lines(text: Mould, ground: Ground) -> None:
    one_dump(text, ground, 2, seeded=True)


@pytest.mark.parametrize("name", ["binance.klines", "binance.agg_trades"])
def test_a_damaged_dump_costs_the_day_s_others_nothing(name: str, ground: Ground) -> None:
    found = next(mould(*place) for place in PLACES if place[0].name == name)
    assert has_siblings(found)
    dumps_of_a_day(found, ground, 4, seeded=True)
