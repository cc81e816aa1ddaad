"""What a file's name promises, and rows that break the promise: named once, on the file's own day, never dropped in silence."""

import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from orchestration.settings import Settings
from tests.landing.kit import DAY, MIDNIGHT_MS, Lab, kline, klines_path, lines, zipped
from tests.landing.test_orders import START, alive, message, recorded
from tests.landing.test_other_feeds import LIQUIDATIONS, TICKER, candle, own, tardis, us

NEXT = DAY + timedelta(days=1)


def test_a_row_of_another_month_in_a_monthly_file_is_named(lab: Lab) -> None:
    zipped(klines_path(lab.archive, day="2026-01", span="monthly"), lines([kline(0), kline(1440), kline(-1440)]))
    report = lab.land("binance", "candles")
    assert (report.rows_kept, report.rows_quarantined) == (1, 1)
    assert lab.quarantined() == [(3, "open_at is not of the file's day")]


def test_a_row_of_another_day_in_an_own_file_of_one_day_is_named(lab: Lab) -> None:
    own(lab, "bars-2026-01-31.csv", candle(), candle("2026-02-01 00:00:00"))
    assert lab.land("own", "candles").rows_kept == 1
    assert lab.quarantined() == [(3, "open_at is not of the file's day")]


def test_an_own_file_of_all_days_may_hold_any_day(lab: Lab) -> None:
    own(lab, "bars.csv", candle(), candle("2026-02-01 00:00:00"))
    assert lab.land("own", "candles").rows_quarantined == 0
    assert lab.land("own", "candles", NEXT).rows_kept == 1


def test_a_row_far_from_its_tardis_file_is_named_on_the_file_s_day_alone(lab: Lab) -> None:
    rows = [
        f"bybit,ETHUSDT,{us(second)},{us(86_401)},{second},sell,1,1" for second in (86_399, 86_401, 500_000, -90_000)
    ]
    tardis(lab, "bybit", "liquidations", "2026-02-01", LIQUIDATIONS, *rows)
    report = lab.land("tardis", "liquidations")
    assert (report.rows_in, report.rows_kept) == (1, 1)
    report = lab.land("tardis", "liquidations", NEXT)
    assert (report.rows_in, report.rows_kept) == (3, 1)
    assert lab.quarantined(NEXT) == [
        (4, "occurred_at is not of the file's day"),
        (5, "occurred_at is not of the file's day"),
    ]


def test_a_broken_line_of_the_next_day_s_file_is_named_on_that_day_alone(lab: Lab) -> None:
    recorded(lab, alive(0, 1440))
    late = message(START + timedelta(hours=23, minutes=59, seconds=59))
    recorded(
        lab,
        [late, "{", message(START + timedelta(days=1, seconds=9)).replace('"ap": "100"', '"ap": "0"')],
        "2026-02-01",
    )
    report = lab.land("binance", "liquidations")
    assert (report.rows_in, report.rows_kept) == (1, 1)
    lab.land("binance", "liquidations", NEXT)
    assert [line for line, _ in lab.quarantined(NEXT)] == [2, 3]


def test_a_time_that_cannot_be_read_is_named_on_the_file_s_day_alone(lab: Lab) -> None:
    row = f"bybit,ETHUSDT,{us(86_399)},{us(86_401)},a,sell,1,1"
    tardis(lab, "bybit", "liquidations", "2026-02-01", LIQUIDATIONS, row, row.replace(str(us(86_399)), "", 1))
    assert lab.land("tardis", "liquidations").rows_in == 1
    assert lab.land("tardis", "liquidations", NEXT).rows_quarantined == 1


def test_what_is_quarantined_says_nothing_of_the_machine_and_stays_the_same(lab: Lab) -> None:
    zipped(klines_path(lab.archive), lines([kline(0), kline(1, high=1), kline(2, "x")]))
    lab.land("binance", "candles")
    first = lab.lake_bytes()
    (semantic,), (unparsable,) = lab.rows("quarantine", "raw")
    assert '"open":100.0' in semantic
    assert unparsable == kline(2, "x")
    assert "/" not in semantic
    lab.land("binance", "candles")
    assert lab.lake_bytes() == first


@pytest.mark.parametrize("exchange", ["<script>", "a b", "..x", "BITMEX", "x" * 90, "币安"])
def test_an_exchange_that_is_no_plain_name_makes_no_folder(exchange: str, lab: Lab) -> None:
    tardis(lab, exchange, "liquidations", "2026-01-31", LIQUIDATIONS, f"x,X,{us(5)},{us(5)},,sell,8,1", "x,y")
    report = lab.land("tardis", "liquidations")
    assert (report.rows_kept, report.rows_quarantined) == (0, 2)
    folders = {path.name for path in lab.settings.paths.lake.glob("*/venue=*")}
    assert folders == {"venue=tardis"}


def test_rows_that_the_publisher_wrote_twice_do_not_count_against_coverage(lab: Lab) -> None:
    row = f"bybit,ETHUSDT,{us(5)},{us(5)},a,sell,2400,1.5"
    tardis(lab, "bybit", "liquidations", "2026-01-31", LIQUIDATIONS, row, row)
    report = lab.land("tardis", "liquidations")
    assert (report.rows_kept, report.rows_quarantined) == (1, 1)
    assert report.coverage == {"bybit": 24}


def test_a_header_that_names_a_column_twice_is_refused(lab: Lab) -> None:
    zipped(klines_path(lab.archive), lines([kline(0) + ",1"], "open_time,open,high,low,close,volume,close_time,quote_volume,"
           "count,taker_buy_volume,taker_buy_quote_volume,ignore,open"))  # fmt: skip
    assert lab.land("binance", "candles").rows_kept == 0
    assert lab.quarantined() == [(0, "the header names open twice")]


def test_hidden_files_that_systems_leave_are_passed_over(lab: Lab) -> None:
    own(lab, "a.csv", candle())
    own(lab, "._a.csv", "x")
    own(lab, ".~lock.a.csv", "x")
    report = lab.land("own", "candles")
    assert (report.rows_kept, report.rows_quarantined) == (1, 0)


def test_open_interest_of_unknown_unit_is_not_guessed(lab: Lab) -> None:
    tardis(
        lab, "gate-io", "derivative_ticker", "2026-01-31", TICKER, f"gate-io,X,{us(5)},{us(5)},,0.1,,500,80000,,80001"
    )
    assert lab.land("tardis", "open_interest").rows_kept == 0
    assert lab.quarantined() == [(2, "no open interest in the row")]


def ended_process() -> int:
    """The number of a process that is no more."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_a_killed_landing_s_parts_are_gone_after_the_next(lab: Lab) -> None:
    own(lab, "a.csv", candle())
    lab.land("own", "candles")
    (part,) = lab.settings.paths.lake.glob("candles/venue=*/day=*/part.parquet")
    left = part.with_name(f".part.{ended_process()}.part")
    left.write_bytes(b"half")
    lab.land("own", "candles")
    assert not left.exists()


def test_a_landing_that_dies_half_way_leaves_nothing_in_sight(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = os.replace

    def die(part: Path, target: Path) -> None:
        if lab.settings.paths.lake in Path(target).parents:
            raise KeyboardInterrupt
        replace(part, target)

    own(lab, "a.csv", candle())
    monkeypatch.setattr(os, "replace", die)
    with pytest.raises(KeyboardInterrupt):
        lab.land("own", "candles")
    (left,) = lab.settings.paths.lake.rglob("*.part")
    assert left.name.startswith(".")


def test_a_feed_s_subject_decides_between_daily_and_monthly_not_its_venue(lab: Lab) -> None:
    """Kept apart from `Settings`: what is read follows from the files, not from the assets asked for."""
    lab = type(lab)(lab.archive, Settings(home=lab.settings.home, archive=str(lab.archive), threads=1, assets=()))
    zipped(klines_path(lab.archive, "币安人生USDT"), lines([kline(0)]))
    assert lab.land("binance", "candles").rows_kept == 1
    assert lab.rows("candles", "symbol, epoch_ms(open_at)") == [("币安人生USDT", MIDNIGHT_MS)]
