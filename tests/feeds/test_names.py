"""Names of files: what they say of subject and day, whatever the subject is called."""

from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.feeds.binance import FORCE_ORDERS, KLINES
from orchestration.feeds.catalog import FEEDS, SOURCES, feeds_of
from orchestration.feeds.coinglass import LIQUIDATION_BARS
from orchestration.feeds.contract import fill, instant, pattern, recognise, speaks_of
from orchestration.feeds.datasets import DATASETS
from orchestration.feeds.tardis import LIQUIDATIONS

DAYS = st.dates(date(2009, 1, 3), date(2099, 12, 31))
# Letters, digits and what venues put between them; with characters that mean something to an expression or a glob.
NAMES = st.text(st.sampled_from("ABZ09_-.币安人生1000+()[]*?{}^$\\| "), min_size=1, max_size=14)


@given(day=DAYS, name=NAMES)
def test_a_symbol_of_any_characters_is_read_back_from_its_path(day: date, name: str) -> None:
    for template in KLINES.paths:
        path = fill(template, day, {"symbol": name})
        match = pattern(template, day)[1].fullmatch(path)
        assert match is not None
        assert match["symbol"] == name
        found = recognise(f"/any/where/binance/{path}", FEEDS)
        assert found is not None
        assert (found[0].name, found[2]) == ("binance.klines", {"symbol": name})
        assert found[3] == (day if "{day}" in template else None)


@given(day=DAYS, other=DAYS)
def test_a_path_of_one_day_is_not_taken_for_another(day: date, other: date) -> None:
    path = fill(FORCE_ORDERS.paths[0], day, {})
    assert (pattern(FORCE_ORDERS.paths[0], other)[1].fullmatch(path) is not None) == (day == other)


@given(day=DAYS)
def test_a_day_cut_into_folders_is_put_together_again(day: date) -> None:
    found = recognise(f"x/{fill(LIQUIDATIONS.paths[0], day, {'exchange': 'okex-swap'})}", FEEDS)
    assert found is not None
    assert found[3] == day


@pytest.mark.parametrize(
    "path",
    [
        "data/futures/um/daily/klines/BTCUSDT/1m/ETHUSDT-1m-2026-01-31.zip",
        "data/futures/um/daily/klines/BTC/USDT/1m/BTC/USDT-1m-2026-01-31.zip",
        "data/futures/um/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2026-1-31.zip",
        "data/futures/um/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2026-01-31.zip.CHECKSUM",
        "mydata/futures/um/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2026-01-31.zip",
    ],
)
def test_a_path_that_is_almost_right_is_of_no_feed(path: str) -> None:
    assert recognise(path, [KLINES]) is None


def test_an_impossible_day_is_no_day() -> None:
    found = recognise("data/futures/um/daily/klines/B/1m/B-1m-2026-02-30.zip", [KLINES])
    assert found is not None
    assert found[3] is None


def test_an_export_s_span_is_not_part_of_its_asset() -> None:
    found = recognise("coinglass_BTC_liquidation_10y_1h.csv", [LIQUIDATION_BARS])
    assert found is not None
    assert found[2] == {"asset": "BTC"}


@given(first=DAYS, length=st.integers(0, 90), day=DAYS)
def test_a_span_in_a_name_speaks_of_its_days_and_no_others(first: date, length: int, day: date) -> None:
    last = first + timedelta(days=length)
    assert speaks_of(f"own/bars_{first}_{last}.csv", day) == (first <= day <= last)


@given(day=DAYS, other=DAYS)
def test_a_month_in_a_name_speaks_of_its_days_and_no_others(day: date, other: date) -> None:
    assert speaks_of(f"own/bars-{day:%Y-%m}.csv", other) == (f"{day:%Y-%m}" == f"{other:%Y-%m}")


@given(at=st.datetimes(min_value=datetime(2001, 9, 10), max_value=datetime(2100, 1, 1)))
def test_an_instant_is_the_same_in_milliseconds_and_microseconds(at: datetime) -> None:
    with duckdb.connect() as db:
        row = db.execute(
            f"select t, {instant('epoch_ms(t)')}, {instant('epoch_us(t)')} from (select date_trunc('ms', $at::timestamp) as t)",
            {"at": at},
        ).fetchone()
    assert row is not None
    assert row[0] == row[1] == row[2]


@pytest.mark.parametrize("stamp", [-1, 10**16, 2**63 - 1, -(2**63)])
def test_a_number_that_is_no_instant_gives_none(stamp: int) -> None:
    with duckdb.connect() as db:
        assert db.execute(f"select {instant('t')} from (select $stamp::bigint as t)", {"stamp": stamp}).fetchone() == (
            None,
        )


def test_every_feed_has_a_source_a_dataset_and_files_of_its_own() -> None:
    assert {feed.source for feed in FEEDS} == set(SOURCES)
    assert {feed.name for name in DATASETS for feed in feeds_of(name)} == {feed.name for feed in FEEDS}
    paths = [(feed.source, feed.dataset, path) for feed in FEEDS for path in feed.paths]
    assert len(set(paths)) == len(paths)
    assert all(not Path(path).is_absolute() and ".." not in path for _, _, path in paths)
