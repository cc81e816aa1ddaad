"""`tidemark feeds check` for files of each kind: what is told is what landing does."""

from pathlib import Path

import pytest

from orchestration.landing.check import check_file
from orchestration.landing.errors import LandingError
from tests.landing.kit import KLINE_HEADER, Lab, kline, klines_path, lines, plain, zipped
from tests.landing.test_orders import START, log, message, order, recorded
from tests.landing.test_other_feeds import CANDLES, candle, own


def told(lab: Lab, file: Path, name: str | None = None) -> list[str]:
    return list(check_file(lab.settings, file, name))


def test_a_good_file_has_nothing_quarantined(lab: Lab) -> None:
    path = zipped(klines_path(lab.archive), lines([kline(n) for n in range(30)]))
    said = told(lab, path)
    assert said[0].endswith("binance.klines -> lake/candles, day 2026-01-31")
    assert said[1].split() == ["kept", "30", "binance", "2026-01-31"]
    assert said[-1].split() == ["quarantined", "0"]


def test_a_monthly_file_is_told_day_by_day(lab: Lab) -> None:
    path = zipped(klines_path(lab.archive, day="2026-01", span="monthly"), lines([kline(-1440), kline(0), kline(1)]))
    kept = [line.split() for line in told(lab, path) if line.startswith("  kept")]
    assert kept == [["kept", "1", "binance", "2026-01-30"], ["kept", "2", "binance", "2026-01-31"]]


@pytest.mark.parametrize("header", ["what,is,this", KLINE_HEADER.replace("high", "hoch")])
def test_a_header_that_is_not_known_is_told_as_the_file_s_fault(header: str, lab: Lab) -> None:
    path = zipped(klines_path(lab.archive), lines([kline(0)], header))
    said = told(lab, path)
    assert said[1].split() == ["quarantined", "1"]
    assert said[2].startswith("    line 0: ")


def test_lines_are_told_as_landing_writes_them(lab: Lab) -> None:
    log(lab, "<generator object>", order(), "", order(side="CLOSE"), 'a,"b', order(at="15:54:29"))
    said = [line.split(":")[0].strip() for line in told(lab, lab.archive / "binance/logs/forceOrder/mine.csv")]
    lab.land("binance", "liquidations")
    assert [line for line in said if line.startswith("line")] == [f"line {line}" for line, _ in lab.quarantined()]
    assert len(lab.quarantined()) == 4


def test_a_recording_is_told_by_its_orders(lab: Lab) -> None:
    path = recorded(lab, [message(START), "{", message(START)])
    said = told(lab, path)
    assert said[1].split()[:2] == ["kept", "1"]
    assert [line.split("|")[0].strip() for line in said[-2:]] == [
        "line 2: not a JSON object",
        "line 3: repeats an earlier row",
    ]


def test_a_file_elsewhere_is_checked_as_the_feed_that_is_named(lab: Lab, tmp_path: Path) -> None:
    file = plain(tmp_path / "export.csv", "\n".join([CANDLES, candle(), candle(venue="../x"), ""]))
    said = told(lab, file, "own.candles")
    assert said[1].split() == ["kept", "1", "kraken", "2026-01-31"]
    assert said[-1].strip().startswith("line 3: venue is not a plain lower-case name")
    with pytest.raises(LandingError, match="reads symbol from the path; say how its archive calls it"):
        told(lab, file, "binance.klines")


def test_checking_changes_neither_the_file_nor_the_home(lab: Lab) -> None:
    own(lab, "a.csv", candle(), 'kraken,"BTC')
    file = lab.archive / "own/candles/a.csv"
    before = file.read_bytes()
    told(lab, file)
    assert file.read_bytes() == before
    assert not lab.settings.paths.dumps.exists()
    assert not lab.settings.paths.lake.exists()
