"""Draws of what is wrong with a dump, or with the dumps of a day, and the check that it costs no more than it must."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.feeds.catalog import FEEDS
from orchestration.feeds.contract import Table
from tests.fuzz.forge import Mould, sound
from tests.fuzz.landed import Ground
from tests.fuzz.spoil import HARMLESS, TEXTS, VALUES, all_values, is_for_parquet, with_values
from tests.fuzz.written import Cells

# What the columns of an export with a column per market are called, its declaration does not say.
_BY_COLUMN = {feed.name for feed in FEEDS if isinstance(feed.reader, Table) and feed.reader.others}
PLACES = [(feed, path) for feed in FEEDS for path in feed.paths if feed.name not in _BY_COLUMN]
_ASSETS = ("BTC", "ETH", "SOL", "XRP", "ADA")

_MOST_ROWS = 5


def every_value(mould: Mould, ground: Ground, shift: int) -> None:
    """Every spoilt value, each in a row of its own; `shift` says in which columns."""
    _check_one(ground, mould, all_values(mould, sound(mould, len(VALUES)), shift))


def one_dump(mould: Mould, ground: Ground, n: int, seeded: bool = False) -> None:
    """`n` dumps with up to two spoilt values and a flaw in the text; `seeded` draws the same ones each time."""
    rows = sound(mould, _MOST_ROWS)

    @given(data=st.data())
    @settings(max_examples=n, deadline=None, database=None, derandomize=seeded, suppress_health_check=list(HealthCheck))
    def check(data: st.DataObject) -> None:
        _check_one(ground, mould, _drawn(data, mould, rows, tuple(TEXTS)))

    check()


def dumps_of_a_day(mould: Mould, ground: Ground, n: int, seeded: bool = False) -> None:
    """`n` days of two to five dumps, sound ones and damaged ones mixed."""
    rows = sound(mould, _MOST_ROWS)

    @given(data=st.data())
    @settings(max_examples=n, deadline=None, database=None, derandomize=seeded, suppress_health_check=list(HealthCheck))
    def check(data: st.DataObject) -> None:
        flaws = HARMLESS if data.draw(st.booleans(), label="only harmless flaws") else tuple(TEXTS)
        subjects = (
            {name: value.replace("BTC", asset) for name, value in mould.subject.items()}
            for asset in _ASSETS[: data.draw(st.integers(2, len(_ASSETS)), label="dumps")]
        )
        siblings = [replace(mould, subject=subject) for subject in subjects]
        ground.check([(sibling, _drawn(data, sibling, rows, flaws)) for sibling in siblings])

    check()


def has_siblings(mould: Mould) -> bool:
    """Whether a day has several dumps whose rows differ by what the dumps are called."""
    named = " ".join([mould.feed.select.get("symbol", ""), mould.feed.select.get("asset", "")])
    return "path.symbol" in named and "BTC" in mould.subject.get("symbol", "")


def _drawn(data: st.DataObject, mould: Mould, sound_rows: Sequence[Cells], flaws: tuple[str, ...]) -> bytes:
    rows = list(sound_rows[: data.draw(st.integers(1, _MOST_ROWS), label="rows")])
    spoilt = st.tuples(st.integers(0, 99), st.sampled_from(list(VALUES.values())))
    most = 2 if len(flaws) == len(TEXTS) else 0
    places = st.integers(0, len(rows) - 1)
    plain = with_values(mould, rows, data.draw(st.dictionaries(places, spoilt, max_size=most), label="values"))
    return TEXTS[data.draw(st.sampled_from(flaws), label="text")](mould, plain)


def _check_one(ground: Ground, mould: Mould, plain: bytes) -> None:
    if not mould.path.endswith(".parquet") or is_for_parquet(plain):
        ground.check([(mould, plain)])
