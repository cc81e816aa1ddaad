"""Aggregators of liquidations: hours and days, whose they are, and zeros that stand for a gap."""

import gzip
import json
from pathlib import Path

import pytest

from orchestration.feeds.coinalyze import LIQUIDATION_HISTORY
from orchestration.landing.archive import Web
from orchestration.settings import Settings
from tests.landing.conftest import lab
from tests.landing.kit import DAY, MIDNIGHT_MS, Lab, gzipped, lines, plain

__all__ = ["lab"]

BARS = "venue, asset, epoch_ms(open_at), interval_s, long_usd, short_usd"
MIDNIGHT_S = MIDNIGHT_MS // 1000


def coinalyze(lab: Lab, records: object, symbol: str = "BTCUSDT_PERP.A") -> None:
    plain(lab.archive / f"coinalyze/rest/liquidation-history/{symbol}/2026-01-31.json", json.dumps(records))


def history(*bars: tuple[int, object, object], symbol: str = "BTCUSDT_PERP.A") -> dict[str, object]:
    return {
        "symbol": symbol,
        "history": [{"t": MIDNIGHT_S + hour * 3600, "l": long, "s": short} for hour, long, short in bars],
    }


def test_hours_of_a_market_are_read_with_longs_and_shorts_apart(lab: Lab) -> None:
    coinalyze(lab, [history((0, 12.3, 4.5), (17, 88.6e6, 1e6))])
    lab.land("coinalyze", "liquidation_bars")
    assert lab.rows("liquidation_bars", BARS) == [
        ("coinalyze", "BTC", MIDNIGHT_MS, 3600, 12.3, 4.5),
        ("coinalyze", "BTC", MIDNIGHT_MS + 17 * 3_600_000, 3600, 88.6e6, 1e6),
    ]
    states = lab.states("liquidation_bars", "coinalyze")
    assert {hour for hour, state in states.items() if state == "complete"} == {0, 17}


def test_the_asset_is_what_the_market_s_name_begins_with(lab: Lab) -> None:
    coinalyze(lab, [history((0, 1, 1), symbol="1000PEPEUSDT_PERP.A")], "1000PEPEUSDT_PERP.A")
    lab.land("coinalyze", "liquidation_bars")
    assert lab.rows("liquidation_bars", "asset") == [("1000PEPE",)]


@pytest.mark.parametrize("records", [[], [{"symbol": "BTCUSDT_PERP.A", "history": []}]])
def test_an_answer_without_bars_is_a_gap_and_no_error(records: list[object], lab: Lab) -> None:
    coinalyze(lab, records)
    report = lab.land("coinalyze", "liquidation_bars")
    assert (report.rows_kept, report.rows_quarantined, report.coverage) == (0, 0, {"coinalyze": 0})


def test_an_answer_that_refuses_is_quarantined_whole(lab: Lab) -> None:
    coinalyze(lab, {"message": "Invalid/Missing API key"})
    lab.land("coinalyze", "liquidation_bars")
    assert [line for line, _ in lab.quarantined()] == [0]


def test_a_negative_and_a_missing_side_are_quarantined_by_their_place(lab: Lab) -> None:
    coinalyze(lab, [history((0, 1, 1), (1, -1, 1), (2, None, 1), (3, 1, "x"), (-1, 1, 1))])
    lab.land("coinalyze", "liquidation_bars")
    assert lab.rows("liquidation_bars", "hour(open_at)") == [(0,)]
    assert lab.quarantined() == [
        (2, "long_usd is negative or not a number"),
        (3, "long_usd is empty or not of its type"),
        (4, "s: not of its type"),
        (5, "open_at is not of the file's day"),
    ]


DAILY = "symbol,ts_utc,liq_long_usd,liq_short_usd"


def test_daily_bars_of_many_assets_are_read_from_one_export(lab: Lab) -> None:
    rows = [
        "ADA,2026-01-30 00:00:00+00,9,9",
        "ADA,2026-01-31 00:00:00+00,1563354.9,567896.8",
        "XRP,2026-01-31 01:00:00+01,2.5,0.0",
    ]
    gzipped(lab.archive / "coinglass/liquidation_agg_1d.csv.gz", "\n".join([DAILY, *rows]) + "\n")
    lab.land("coinglass", "liquidation_bars")
    assert lab.rows("liquidation_bars", BARS) == [
        ("coinglass", "ADA", MIDNIGHT_MS, 86_400, 1_563_354.9, 567_896.8),
        ("coinglass", "XRP", MIDNIGHT_MS, 86_400, 2.5, 0.0),
    ]


def test_a_daily_zero_covers_no_hour(lab: Lab) -> None:
    plain(lab.archive / "coinglass/coinglass_liquidation_1d.csv", f"{DAILY}\nADA,2026-01-31 00:00:00+00,0.0,0.0\n")
    assert lab.land("coinglass", "liquidation_bars").coverage == {"coinglass": 0}


def test_a_broken_daily_row_is_named(lab: Lab) -> None:
    rows = "ADA,2026-01-31 00:00:00+00,x,1\nXRP,2026-01-31 00:00:00+00,1,1\nSOL,2026-01-31 00:00:00+00,-1,1\n"
    plain(lab.archive / "coinglass/liquidation_agg_1d.csv", f"{DAILY}\n{rows}")
    lab.land("coinglass", "liquidation_bars")
    assert lab.rows("liquidation_bars", "asset") == [("XRP",)]
    assert [line for line, _ in lab.quarantined()] == [2, 4]


def test_an_export_cut_in_transfer_is_quarantined_whole(lab: Lab) -> None:
    path = gzipped(lab.archive / "coinglass/liquidation_agg_1d.csv.gz", f"{DAILY}\nADA,2026-01-31 00:00:00+00,1,1\n")
    assert gzip.decompress(path.read_bytes())
    path.write_bytes(path.read_bytes()[:-9])
    lab.land("coinglass", "liquidation_bars")
    assert [line for line, _ in lab.quarantined()] == [0]


def test_a_market_s_hours_are_asked_for_in_seconds_and_only_with_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Web(Settings(home=tmp_path, assets=("BTC",)))
    monkeypatch.delenv("COINALYZE_API_KEY", raising=False)
    assert archive.choices(LIQUIDATION_HISTORY, DAY) == []
    monkeypatch.setenv("COINALYZE_API_KEY", "k")
    ((candidate,),) = archive.choices(LIQUIDATION_HISTORY, DAY)
    assert archive.address(candidate) == (
        "https://api.coinalyze.net/v1/liquidation-history?symbols=BTCUSDT_PERP.A&interval=1hour"
        f"&from={MIDNIGHT_S}&to={MIDNIGHT_S + 86_399}&convert_to_usd=true"
    )


WIDE = (
    "t,BTC/USD - Bybit_short,BTC/USD - Bybit_long,BTC/USDT - Binance_short,BTC/USDT - Binance_long,"
    "ETH/USDT - OKX_long,ETH/USDT - OKX_short"
)


def test_an_export_with_a_column_per_market_is_summed_by_asset_in_whatever_order_its_days_are(lab: Lab) -> None:
    rows = ["2026-02-01,1,2,3,4,5,6", "2026-01-31,100.5,200,0.5,1000.25,7,0.0", "2026-01-30,9,9,9,9,9,9"]
    plain(lab.archive / "coinalyze/liquidation_history.csv", lines(rows, WIDE))
    report = lab.land("coinalyze", "liquidation_bars")
    assert lab.rows("liquidation_bars", BARS) == [
        ("coinalyze", "BTC", MIDNIGHT_MS, 86_400, 1200.25, 101.0),
        ("coinalyze", "ETH", MIDNIGHT_MS, 86_400, 7.0, 0.0),
    ]
    assert (report.rows_quarantined, report.coverage) == (0, {"coinalyze": 24})


def test_a_day_of_an_export_is_read_with_its_zone(lab: Lab) -> None:
    plain(lab.archive / "coinalyze/liquidation_history.csv", lines(["2026-01-31T05:00:00+05:00,1,2,3,4,5,6"], WIDE))
    assert lab.land("coinalyze", "liquidation_bars").rows_kept == 2
    assert lab.rows("liquidation_bars", "distinct epoch_ms(open_at)") == [(MIDNIGHT_MS,)]


def test_a_market_without_a_figure_is_left_out_of_the_sum_and_an_asset_without_any_has_no_bar(lab: Lab) -> None:
    plain(lab.archive / "coinalyze/liquidation_history.csv", lines(["2026-01-31,,,3,4,,"], WIDE))
    lab.land("coinalyze", "liquidation_bars")
    assert lab.rows("liquidation_bars", "asset, long_usd, short_usd") == [("BTC", 4.0, 3.0)]


@pytest.mark.parametrize("figure", ["x", "-1", "nan"])
def test_a_figure_that_is_none_spoils_its_asset_s_day_and_is_named(figure: str, lab: Lab) -> None:
    plain(lab.archive / "coinalyze/liquidation_history.csv", lines(["", f"2026-01-31,1,{figure},3,4,5,6"], WIDE))
    lab.land("coinalyze", "liquidation_bars")
    assert lab.rows("liquidation_bars", "asset") == [("ETH",)]
    ((line, reason),) = lab.quarantined()
    assert line == 3
    assert reason.startswith("long_usd is ")
