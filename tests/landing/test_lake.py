"""The lake as a whole: the same dumps give the same bytes, whatever the order, the threads or an end in between."""

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.landing import lake
from orchestration.landing.lake import lake_days, land_day
from orchestration.settings import Settings
from tests.landing.kit import DAY, Lab, kline, klines_path, lines, plain, zipped
from tests.landing.test_other_feeds import candle, own

NEXT = date(2026, 2, 1)


def market(lab: Lab) -> None:
    """Two symbols on two days, shuffled within the file."""
    for symbol in ("BTCUSDT", "ETHUSDT"):
        for day, first in (("2026-01-31", 0), ("2026-02-01", 1440)):
            rows = [kline(first + minute, 100 + minute) for minute in range(1000)]
            rows = [kline(first + n, 100 + n, high=101 + n, low=99 + n) for n in range(1000)]
            random.Random(symbol + day).shuffle(rows)
            zipped(klines_path(lab.archive, symbol, day), lines(rows))


def test_landing_twice_and_in_any_order_gives_the_same_bytes(lab: Lab) -> None:
    market(lab)
    for day in (DAY, NEXT):
        lab.land("binance", "candles", day)
    first = lab.lake_bytes()
    for day in (NEXT, DAY, DAY):
        land_day(lab.settings, "candles", day)
    assert lab.lake_bytes() == first
    assert lake_days(lab.settings, "candles") == {DAY, NEXT}


@pytest.mark.parametrize("threads", [1, 4])
def test_the_number_of_threads_does_not_show_in_the_bytes(threads: int, lab: Lab, tmp_path: Path) -> None:
    market(lab)
    lab.land("binance", "candles")
    other = Lab(lab.archive, Settings(home=tmp_path / "other", archive=str(lab.archive), threads=threads))
    other.land("binance", "candles")
    assert other.lake_bytes() == lab.lake_bytes()


def test_a_day_that_lost_a_venue_loses_it_in_the_lake(lab: Lab) -> None:
    own(lab, "a.csv", candle(), candle(venue="okx"))
    assert lab.land("own", "candles").venues == ["kraken", "okx"]
    own(lab, "a.csv", candle())
    assert lab.land("own", "candles").venues == ["kraken"]
    assert lab.rows("candles", "distinct venue") == [("kraken",)]
    assert lab.rows("dump_files", "distinct venue") == [("kraken",)]


def test_a_landing_that_died_half_way_is_completed_by_the_next(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    own(lab, "a.csv", candle(), candle(venue="okx"), candle(venue="bybit"))
    lab.land("own", "candles")
    whole = lab.lake_bytes()
    for path in lab.settings.paths.lake.rglob("*.parquet"):
        path.unlink()
    replaced = lake.os.replace
    calls = iter(range(100))

    def dies(source: object, target: object) -> None:
        if next(calls) == 2:
            raise KeyboardInterrupt
        replaced(source, target)  # type: ignore[arg-type]

    monkeypatch.setattr(lake.os, "replace", dies)
    with pytest.raises(KeyboardInterrupt):
        land_day(lab.settings, "candles", DAY)
    monkeypatch.undo()
    assert lab.lake_bytes() != whole
    land_day(lab.settings, "candles", DAY)
    assert lab.lake_bytes() == whole


def test_every_file_read_is_accounted_for_with_its_hash(lab: Lab) -> None:
    path = zipped(klines_path(lab.archive), lines([kline(0), kline(1, high=1)]))
    lab.land("binance", "candles")
    import hashlib

    found = lab.rows("dump_files", "feed, sha256, bytes, rows_in, rows_kept, rows_quarantined, simulated")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert found == [("binance.klines", digest, path.stat().st_size, 2, 1, 1, False)]


def test_a_marker_in_the_archive_makes_its_files_simulated(lab: Lab) -> None:
    plain(lab.archive / "binance/SIMULATED", "made up")
    zipped(klines_path(lab.archive), lines([kline(0)]))
    lab.land("binance", "candles")
    assert lab.rows("dump_files", "simulated") == [(True,)]


ROWS = st.lists(
    st.sampled_from(["good", "unparsable", "too many", "high below low", "other day"]), min_size=1, max_size=40
)


@given(kinds=ROWS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_lost_and_every_bad_line_is_named(kinds: list[str], lab: Lab) -> None:
    makes = {
        "good": kline,
        "unparsable": lambda n: kline(n, "x"),
        "too many": lambda n: kline(n) + ",1",
        "high below low": lambda n: kline(n, high=1),
        "other day": lambda n: kline(1440 + n),
    }
    zipped(klines_path(lab.archive), lines([makes[kind](n) for n, kind in enumerate(kinds)]))  # type: ignore[operator]
    report = lab.land("binance", "candles")
    assert report.rows_kept == kinds.count("good")
    assert [line for line, _ in lab.quarantined()] == [n + 2 for n, kind in enumerate(kinds) if kind != "good"]
    assert report.rows_in == len(kinds)
