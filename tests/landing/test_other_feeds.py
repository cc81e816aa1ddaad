"""Tardis, CoinGlass, Coin Metrics and own files: venues, units, gaps and what each file may leave out."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.landing.kit import MIDNIGHT_MS, Lab, gzipped, plain

LIQUIDATIONS = "exchange,symbol,timestamp,local_timestamp,id,side,price,amount"
TICKER = (
    "exchange,symbol,timestamp,local_timestamp,funding_timestamp,funding_rate,predicted_funding_rate,"
    "open_interest,last_price,index_price,mark_price"
)
CANDLES = "venue,asset,open_at,interval_s,open,high,low,close"


def tardis(lab: Lab, exchange: str, kind: str, day: str, header: str, *rows: str) -> Path:
    path = lab.archive / f"tardis/v1/{exchange}/{kind}/{day.replace('-', '/')}/PERPETUALS.csv.gz"
    return gzipped(path, "\n".join([header, *rows]) + "\n")


def us(second: int) -> int:
    return (MIDNIGHT_MS + second * 1000) * 1000


def test_tardis_rows_of_this_day_in_the_next_day_s_file_are_read(lab: Lab) -> None:
    tardis(lab, "bybit", "liquidations", "2026-01-31", LIQUIDATIONS, f"bybit,ETHUSDT,{us(5)},{us(5)},a,sell,2400,1.5")
    late = f"bybit,ETHUSDT,{us(86_399)},{us(86_400)},b,buy,2410,2"
    tardis(
        lab,
        "bybit",
        "liquidations",
        "2026-02-01",
        LIQUIDATIONS,
        late,
        f"bybit,ETHUSDT,{us(86_401)},{us(86_401)},c,buy,1,1",
    )
    assert lab.land("tardis", "liquidations").rows_kept == 2
    assert lab.rows("liquidations", "order_side, quantity, quantity_unit, order_id") == [
        ("sell", 1.5, "base", "a"),
        ("buy", 2.0, "base", "b"),
    ]


@pytest.mark.parametrize(
    ("exchange", "venue", "unit"),
    [("bitmex", "bitmex", "contracts"), ("okex-swap", "okx", "contracts"), ("binance-futures", "binance", "base")],
)
def test_tardis_amounts_keep_the_unit_of_their_venue(exchange: str, venue: str, unit: str, lab: Lab) -> None:
    tardis(lab, exchange, "liquidations", "2026-01-31", LIQUIDATIONS, f"{exchange},X,{us(5)},{us(5)},,sell,80000,100")
    report = lab.land("tardis", "liquidations")
    assert report.venues == [venue]
    assert lab.rows("liquidations", "quantity_unit, order_id") == [(unit, None)]


def test_a_tardis_file_of_the_day_covers_its_hours_even_without_rows(lab: Lab) -> None:
    tardis(lab, "bybit", "liquidations", "2026-01-31", LIQUIDATIONS)
    assert lab.land("tardis", "liquidations").coverage == {"bybit": 24}


def test_the_next_day_s_file_alone_covers_nothing(lab: Lab) -> None:
    tardis(
        lab,
        "bybit",
        "liquidations",
        "2026-02-01",
        LIQUIDATIONS,
        f"bybit,ETHUSDT,{us(86_399)},{us(86_400)},b,buy,2410,2",
    )
    report = lab.land("tardis", "liquidations")
    assert (report.rows_kept, report.coverage) == (1, {})


def test_open_interest_of_an_inverse_venue_stays_in_contracts(lab: Lab) -> None:
    row = f"bitmex,XBTUSD,{us(300)},{us(300)},,0.0001,,500000000,80000,,80001"
    tardis(lab, "bitmex", "derivative_ticker", "2026-01-31", TICKER, row, row.replace(",500000000,", ",,"))
    lab.land("tardis", "open_interest")
    assert lab.rows("open_interest", "oi_base, oi_contracts, oi_usd") == [(None, 500_000_000.0, None)]


def test_coinglass_takes_the_asset_from_the_name_and_zeros_for_a_gap(lab: Lab) -> None:
    bars = [
        f"{MIDNIGHT_MS + hour * 3_600_000},x,{0 if hour == 3 else 10},{0 if hour == 3 else 5},0" for hour in range(23)
    ]
    text = "\n".join(["timestamp,datetime_utc,longUsd,shortUsd,totalUsd", *bars]) + "\n"
    plain(lab.archive / "coinglass/coinglass_BTC_liquidation_10y_1h.csv", text)
    lab.land("coinglass", "liquidation_bars")
    states = lab.states("liquidation_bars", "coinglass")
    assert {hour for hour, state in states.items() if state == "missing"} == {3, 23}
    assert lab.rows("liquidation_bars", "distinct asset") == [("BTC",)]


def coin_metrics(lab: Lab, text: str, asset: str = "btc") -> None:
    plain(lab.archive / f"coinmetrics/csv/{asset}.csv", text)


def test_coin_metrics_times_are_read_with_their_zone(lab: Lab) -> None:
    coin_metrics(lab, "time,PriceUSD\n2026-01-31T05:00:00+05:00,84000\n")
    assert lab.land("coinmetrics", "caps").rows_kept == 1
    assert lab.rows("caps", "observed_at::varchar, price_usd") == [("2026-01-31 00:00:00", 84_000.0)]


def test_coin_metrics_columns_are_found_by_name_and_may_be_absent(lab: Lab) -> None:
    coin_metrics(lab, "time,AdrActCnt,SplyCur,PriceUSD\n2026-01-30,1,19000000,84000\n2026-01-31,2,19000100,78702.4\n")
    assert lab.land("coinmetrics", "caps").rows_kept == 1
    assert lab.rows("caps", "asset, cap_usd, price_usd, supply") == [("BTC", None, 78_702.4, 19_000_100.0)]


def test_the_incomplete_last_row_of_coin_metrics_is_quarantined_on_its_day_alone(lab: Lab) -> None:
    coin_metrics(lab, "time,CapMrktCurUSD,PriceUSD,SplyCur\n2026-01-31,1,2,3\n2026-02-01,,,\n")
    assert lab.land("coinmetrics", "caps").rows_quarantined == 0
    assert lab.land("coinmetrics", "caps", date(2026, 2, 1)).rows_quarantined == 1
    assert lab.quarantined(date(2026, 2, 1)) == [(3, "neither cap nor price nor supply")]


def own(lab: Lab, name: str, *rows: str, header: str = CANDLES, dataset: str = "candles") -> None:
    plain(lab.archive / f"own/{dataset}/{name}", "\n".join([header, *rows]) + "\n")


def candle(at: str = "2026-01-31 00:00:00", venue: str = "kraken", seconds: int = 3600) -> str:
    return f"{venue},BTC,{at},{seconds},100,101,99,100"


def test_own_csv_and_parquet_are_read_alike(lab: Lab) -> None:
    own(lab, "a.csv", candle())
    with duckdb.connect() as db:
        target = lab.archive / "own/candles/b.parquet"
        columns = "'okx' as venue, 'BTC' as asset, timestamptz '2026-01-31 02:00:00+01' as open_at, 3600 as interval_s"
        db.execute(
            f"copy (select {columns}, 1.0 as open, 1.0 as high, 1.0 as low, 1.0 as close) to '{target}' (format parquet)"
        )
    assert lab.land("own", "candles").rows_kept == 2
    assert sorted(lab.rows("candles", "venue, hour(open_at)")) == [("kraken", 0), ("okx", 1)]


def test_names_of_columns_may_be_in_capitals_in_parquet_as_in_csv(lab: Lab) -> None:
    own(lab, "a.csv", candle(), header="VENUE,ASSET,OPEN_AT,INTERVAL_S,OPEN,HIGH,LOW,CLOSE")
    with duckdb.connect() as db:
        columns = """'okx' as "VENUE", 'BTC' as "Asset", timestamp '2026-01-31' as "OPEN_AT", 3600 as INTERVAL_S"""
        prices = "1.0 as OPEN, 1.0 as HIGH, 1.0 as LOW, 1.0 as CLOSE"
        db.execute(f"copy (select {columns}, {prices}) to '{lab.archive}/own/candles/b.parquet' (format parquet)")
    assert lab.land("own", "candles").venues == ["kraken", "okx"]


def test_a_time_with_zone_is_brought_to_utc(lab: Lab) -> None:
    own(lab, "a.csv", candle("2026-01-31T03:00:00+03:00"))
    lab.land("own", "candles")
    assert lab.rows("candles", "hour(open_at)") == [(0,)]


def test_a_day_or_month_in_the_name_limits_a_file_to_it(lab: Lab) -> None:
    own(lab, "bars-2026-01-30.csv", candle())
    own(lab, "bars-2026-02.csv", candle(venue="okx"))
    own(lab, "bars-2026-01.csv", candle(venue="bybit"))
    assert lab.land("own", "candles").venues == ["bybit"]


def test_an_own_file_that_lacks_a_needed_column_is_quarantined_whole(lab: Lab) -> None:
    own(lab, "a.csv", "kraken,BTC,2026-01-31,3600,1", header="venue,asset,open_at,interval_s,open")
    own(lab, "b.csv", candle())
    assert lab.land("own", "candles").rows_kept == 1
    assert lab.quarantined() == [(0, "the header lacks high, low, close")]


@pytest.mark.parametrize(
    "venue", ["../../escape", "a/b", "<script>alert(1)</script>", "'; drop table kept; --", "{{7*7}}"]
)
def test_a_venue_that_is_no_plain_name_is_quarantined_and_leads_nowhere(venue: str, lab: Lab) -> None:
    own(lab, "a.csv", candle(), candle(venue=venue))
    assert lab.land("own", "candles").venues == ["kraken"]
    assert lab.quarantined() == [(3, "venue is not a plain lower-case name")]
    outside = [path for path in lab.settings.home.rglob("*") if "escape" in path.name or "script" in path.name]
    assert outside == []


def test_bars_of_four_hours_cover_four_hours_each(lab: Lab) -> None:
    own(lab, "a.csv", *(candle(f"2026-01-31 {hour:02}:00:00", seconds=14_400) for hour in (0, 4, 8, 16, 20)))
    lab.land("own", "candles")
    states = lab.states("candles", "kraken")
    assert {hour for hour, state in states.items() if state == "missing"} == {12, 13, 14, 15}


def test_own_liquidations_may_state_side_and_usd_outright(lab: Lab) -> None:
    header = "venue,asset,occurred_at,liquidated_side,notional_usd"
    own(
        lab,
        "a.csv",
        "gate,BTC,2026-01-31 10:00:00,long,5000",
        "gate,BTC,2026-01-31 10:00:01,long,",
        header=header,
        dataset="liquidations",
    )
    assert lab.land("own", "liquidations").rows_kept == 1
    assert lab.quarantined() == [(3, "neither quantity with price nor notional_usd")]
