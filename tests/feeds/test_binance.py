"""Binance: every market of the archive and the endpoints, in their units, on their days, and never twice."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from orchestration.feeds.binance_rest import FUNDING_REST, OPEN_INTEREST_REST
from orchestration.feeds.catalog import FEEDS
from orchestration.feeds.contract import fill
from orchestration.landing.archive import Web
from orchestration.settings import Settings
from tests.landing.conftest import lab
from tests.landing.kit import DAY, KLINE_HEADER, MIDNIGHT_MS, Lab, kline, klines_path, lines, plain, zipped

__all__ = ["lab"]

NEXT = DAY + timedelta(days=1)
METRICS = (
    "create_time,symbol,sum_open_interest,sum_open_interest_value,count_toptrader_long_short_ratio,"
    "sum_toptrader_long_short_ratio,count_long_short_ratio,sum_taker_long_short_vol_ratio"
)
AGG_TRADES = "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker"
SNAPSHOT = (
    "time,side,order_type,time_in_force,original_quantity,price,average_price,order_status,"
    "last_fill_quantity,accumulated_fill_quantity"
)


def put(
    lab: Lab,
    market: str,
    dataset: str,
    rows: list[str],
    header: str | None = None,
    symbol: str = "BTCUSDT",
    day: str = "2026-01-31",
) -> Path:
    """A file of the archive, of a day or, where `day` is a month, of a month."""
    span = "daily" if len(day) == 10 else "monthly"
    is_bars = dataset.lower().endswith("klines")
    folder, infix = (f"{symbol}/1m", "1m") if is_bars else (symbol, dataset)
    path = lab.archive / f"binance/data/{market}/{span}/{dataset}/{folder}/{symbol}-{infix}-{day}.zip"
    return zipped(path, lines(rows, header))


def metric(minute: int, symbol: str = "BTCUSDT", oi: str = "1000.5", ratios: str = "1.5,1.6,1.7,0.9") -> str:
    at = f"{DAY + timedelta(days=minute // 1440)} {minute % 1440 // 60:02}:{minute % 60:02}:00"
    return f"{at},{symbol},{oi},84000000.0,{ratios}"


def test_spot_bars_are_a_venue_of_their_own_and_read_in_either_unit_of_time(lab: Lab) -> None:
    put(lab, "spot", "klines", [kline(0, scale=1000), kline(1, scale=1000)])
    put(lab, "spot", "klines", [kline(0)], symbol="ETHUSDT")
    lab.land("binance", "candles")
    assert lab.rows("candles", "venue, symbol, epoch_ms(open_at), base_volume, quote_volume") == [
        ("binance-spot", "BTCUSDT", MIDNIGHT_MS, 1.5, 150.0),
        ("binance-spot", "BTCUSDT", MIDNIGHT_MS + 60_000, 1.5, 150.0),
        ("binance-spot", "ETHUSDT", MIDNIGHT_MS, 1.5, 150.0),
    ]


def test_spot_bars_are_read_from_the_month_where_the_day_is_not_there(lab: Lab) -> None:
    put(lab, "spot", "klines", [kline(0), kline(-1)], day="2026-01")
    assert lab.land("binance", "candles").rows_kept == 1


def test_a_coin_margined_bar_s_quote_column_is_its_base_volume(lab: Lab) -> None:
    row = f"{MIDNIGHT_MS},80000,80100,79900,80050,206,{MIDNIGHT_MS + 59_999},0.2575,48,119,0.14875,0"
    put(lab, "futures/cm", "klines", [row], KLINE_HEADER, "BTCUSD_PERP")
    lab.land("binance", "candles")
    assert lab.rows("candles", "venue, symbol, base_volume, quote_volume, n_trades") == [
        ("binance", "BTCUSD_PERP", 0.2575, None, 48)
    ]


@pytest.mark.parametrize(
    ("dataset", "kind", "value"),
    [
        ("markPriceKlines", "mark", "84000.5"),
        ("indexPriceKlines", "index", "84000.5"),
        ("premiumIndexKlines", "premium", "-0.0004"),
    ],
)
def test_reference_prices_keep_their_kind_and_a_premium_may_be_negative(
    dataset: str, kind: str, value: str, lab: Lab
) -> None:
    bars = [f"{MIDNIGHT_MS + n * 60_000},{value},{value},{value},{value},0,0,0,60,0,0,0" for n in range(2)]
    put(lab, "futures/um", dataset, bars, KLINE_HEADER)
    report = lab.land("binance", "reference_prices")
    assert lab.rows("reference_prices", "distinct kind, symbol, interval_s, open, close") == [
        (kind, "BTCUSDT", 60, float(value), float(value))
    ]
    assert (report.rows_kept, report.coverage) == (2, {"binance": 24})


def test_a_mark_price_that_is_not_positive_is_quarantined(lab: Lab) -> None:
    put(lab, "futures/um", "markPriceKlines", [kline(0), kline(1, -1, high=-1, low=-1)], KLINE_HEADER)
    lab.land("binance", "reference_prices")
    assert lab.quarantined() == [(3, "price is not positive")]


def test_the_sample_at_midnight_is_found_in_the_file_of_the_day_before(lab: Lab) -> None:
    put(lab, "futures/um", "metrics", [metric(0)], METRICS, day="2026-01-30")
    put(lab, "futures/um", "metrics", [metric(n) for n in range(1440, 0, -5)], METRICS)
    report = lab.land("binance", "open_interest")
    assert (report.rows_kept, report.rows_quarantined) == (288, 0)
    assert report.coverage == {"binance": 24}
    assert lab.rows(
        "open_interest", "min(observed_at)::varchar, max(observed_at)::varchar, count(distinct oi_base)"
    ) == [("2026-01-31 00:00:00", "2026-01-31 23:55:00", 1)]


def test_without_the_day_before_only_the_first_hour_lacks_its_midnight(lab: Lab) -> None:
    put(lab, "futures/um", "metrics", [metric(n) for n in range(5, 1441, 5)], METRICS)
    lab.land("binance", "open_interest")
    states = lab.states("open_interest", "binance")
    assert {hour for hour, state in states.items() if state != "complete"} == {0}
    assert states[0] == "partial"


def test_the_file_of_the_day_before_covers_nothing_by_itself(lab: Lab) -> None:
    put(lab, "futures/um", "metrics", [metric(-5), metric(0)], METRICS, day="2026-01-30")
    report = lab.land("binance", "open_interest")
    assert (report.rows_kept, report.coverage) == (1, {})


def test_a_sample_in_both_files_counts_once(lab: Lab) -> None:
    put(lab, "futures/um", "metrics", [metric(0)], METRICS, day="2026-01-30")
    put(lab, "futures/um", "metrics", [metric(n) for n in range(0, 1440, 5)], METRICS)
    report = lab.land("binance", "open_interest")
    assert (report.rows_kept, report.rows_quarantined, report.coverage) == (288, 1, {"binance": 24})
    assert lab.quarantined() == [(2, "repeats an earlier row")]


def test_a_sample_of_a_day_that_the_file_may_not_hold_is_named(lab: Lab) -> None:
    put(lab, "futures/um", "metrics", [metric(5), metric(-5), metric(2885)], METRICS)
    lab.land("binance", "open_interest")
    assert lab.quarantined() == [
        (3, "observed_at is not of the file's day"),
        (4, "observed_at is not of the file's day"),
    ]


def test_ratios_come_from_the_same_file_and_a_bad_one_takes_no_open_interest(lab: Lab) -> None:
    rows = [metric(5, ratios="4.807,2.164,4.270,2.333"), metric(10, ratios="x,,,"), metric(15, oi="x")]
    put(lab, "futures/um", "metrics", rows, METRICS)
    lab.land("binance", "positioning")
    columns = "top_accounts_long_short, top_positions_long_short, accounts_long_short, taker_buy_sell"
    assert lab.rows("positioning", columns) == [(4.807, 2.164, 4.27, 2.333), (1.5, 1.6, 1.7, 0.9)]
    assert [line for line, _ in lab.quarantined()] == [3]
    lab.land("binance", "open_interest")
    assert lab.rows("open_interest", "observed_at::varchar") == [("2026-01-31 00:05:00",), ("2026-01-31 00:10:00",)]
    assert sorted(line for line, _ in lab.quarantined()) == [3, 4]


def test_coin_margined_open_interest_counts_contracts(lab: Lab) -> None:
    put(lab, "futures/cm", "metrics", [metric(5, "BTCUSD_PERP", "5000000")], METRICS, "BTCUSD_PERP")
    lab.land("binance", "open_interest")
    assert lab.rows("open_interest", "venue, symbol, oi_base, oi_contracts, oi_usd") == [
        ("binance", "BTCUSD_PERP", None, 5_000_000.0, None)
    ]


def test_depth_below_the_middle_is_bids_and_above_it_asks(lab: Lab) -> None:
    at = "2026-01-31 00:00:09"
    rows = [f"{at},-5,620184.39,75729582.9", f"{at},0.2,100.5,12000", f"{at},0,1,1", f"{at},1,-3,1"]
    put(lab, "futures/um", "bookDepth", rows, "timestamp,percentage,depth,notional")
    lab.land("binance", "depth")
    found = lab.rows("depth", "symbol, observed_at::varchar, side, within_pct, depth_base, depth_quote")
    assert found == [
        ("BTCUSDT", at, "ask", 0.2, 100.5, 12_000.0),
        ("BTCUSDT", at, "bid", 5.0, 620_184.39, 75_729_582.9),
    ]
    assert [line for line, _ in lab.quarantined()] == [4, 5]


def agg(nth: int, second: float, price: float, quantity: float = 1, scale: int = 1, best: str = "") -> str:
    at = int((MIDNIGHT_MS + second * 1000) * scale)
    return f"{nth},{price},{quantity},{nth},{nth},{at},true{best}"


def test_aggregated_trades_become_minute_bars(lab: Lab) -> None:
    trades = [agg(1, 1, 100, 2), agg(2, 30, 103), agg(3, 59.9, 99), agg(4, 60, 101)]
    put(lab, "futures/um", "aggTrades", trades, AGG_TRADES)
    lab.land("binance", "candles")
    columns = "epoch_ms(open_at), open, high, low, close, base_volume, quote_volume, n_trades"
    assert lab.rows("candles", columns) == [
        (MIDNIGHT_MS, 100.0, 103.0, 99.0, 99.0, 4.0, 402.0, 3),
        (MIDNIGHT_MS + 60_000, 101.0, 101.0, 101.0, 101.0, 1.0, 101.0, 1),
    ]


def test_trades_of_a_month_are_read_and_a_bad_one_is_named(lab: Lab) -> None:
    rows = [f"1,100,2,200,{MIDNIGHT_MS},true", f"2,-1,2,200,{MIDNIGHT_MS},true", f"3,9,2,18,{MIDNIGHT_MS - 1},true"]
    put(lab, "futures/um", "trades", rows, "id,price,qty,quote_qty,time,is_buyer_maker", day="2026-01")
    report = lab.land("binance", "candles")
    assert (report.rows_kept, report.rows_quarantined) == (1, 1)
    assert lab.quarantined() == [(3, "price is not a positive number")]
    assert lab.rows("candles", "base_volume, quote_volume") == [(2.0, 200.0)]


def test_trades_are_left_aside_where_there_are_bars_of_the_symbol(lab: Lab) -> None:
    zipped(klines_path(lab.archive), lines([kline(0, 50, high=50, low=50)]))
    for symbol in ("BTCUSDT", "ETHUSDT"):
        put(lab, "futures/um", "aggTrades", [agg(1, 1, 100)], AGG_TRADES, symbol)
        put(
            lab,
            "futures/um",
            "trades",
            [f"1,70,2,200,{MIDNIGHT_MS},true"],
            "id,price,qty,quote_qty,time,is_buyer_maker",
            symbol,
        )
    lab.land("binance", "candles")
    assert lab.rows("candles", "symbol, close, feed") == [
        ("BTCUSDT", 50.0, "binance.klines"),
        ("ETHUSDT", 100.0, "binance.agg_trades"),
    ]


def test_spot_trades_yield_to_spot_bars_and_not_to_those_of_futures(lab: Lab) -> None:
    zipped(klines_path(lab.archive), lines([kline(0)]))
    put(lab, "spot", "aggTrades", [agg(1, 1, 100, 2, 1000, ",True"), agg(2, 2, 90, 1, 1000, ",True")])
    lab.land("binance", "candles")
    assert ("binance-spot", 100.0, 90.0, 3.0) in lab.rows("candles", "venue, open, close, base_volume")
    put(lab, "spot", "klines", [kline(0)])
    lab.land("binance", "candles")
    assert {feed for (feed,) in lab.rows("candles", "feed")} == {"binance.klines", "binance.spot_klines"}


def liquidation(side: str = "SELL", at: int = MIDNIGHT_MS + 5_000, quantity: float = 3.0) -> str:
    return f"{at},{side},LIMIT,IOC,5,101,100,FILLED,1,{quantity}"


def test_the_second_of_each_doubled_liquidation_is_a_repeat(lab: Lab) -> None:
    rows = [liquidation(), liquidation(), liquidation("BUY"), liquidation("BUY"), liquidation("CLOSE")]
    put(lab, "futures/um", "liquidationSnapshot", rows, SNAPSHOT)
    lab.land("binance", "liquidations")
    columns = "symbol, order_side, quantity, quantity_unit, price, price_basis"
    assert sorted(lab.rows("liquidations", columns)) == [
        ("BTCUSDT", "buy", 3.0, "base", 100.0, "average"),
        ("BTCUSDT", "sell", 3.0, "base", 100.0, "average"),
    ]
    assert lab.quarantined() == [
        (3, "repeats an earlier row"),
        (5, "repeats an earlier row"),
        (6, "side is neither buy nor sell"),
    ]


def test_liquidations_are_read_by_name_whatever_the_order_of_columns(lab: Lab) -> None:
    header = "time,symbol,side,average_price,accumulated_fill_quantity,original_quantity"
    put(lab, "futures/cm", "liquidationSnapshot", [f"{MIDNIGHT_MS},ETHUSD_PERP,BUY,2400,7,9"], header, "ETHUSD_PERP")
    report = lab.land("binance", "liquidations")
    assert lab.rows("liquidations", "symbol, order_side, quantity, quantity_unit, price") == [
        ("ETHUSD_PERP", "buy", 7.0, "contracts", 2400.0)
    ]
    assert report.coverage == {"binance": 24}


def test_liquidations_without_a_header_are_not_guessed_where_a_column_is_too_many(lab: Lab) -> None:
    odd = f"{MIDNIGHT_MS},BTCUSDT,SELL,LIMIT,IOC,5,101,100,FILLED,1,3"
    put(lab, "futures/um", "liquidationSnapshot", [liquidation(), odd])
    report = lab.land("binance", "liquidations")
    assert report.rows_kept == 1
    assert {line for line, _ in lab.quarantined()} == {2}


def answer(lab: Lab, endpoint: str, records: object, symbol: str = "BTCUSDT", day: date = DAY) -> None:
    plain(lab.archive / f"binance/rest/{endpoint}/{symbol}/{day}.json", json.dumps(records))


def rate(at: int, value: str = "0.0001") -> dict[str, object]:
    return {"symbol": "BTCUSDT", "fundingTime": at, "fundingRate": value, "markPrice": "84000.1"}


def test_an_endpoint_s_funding_is_read_until_the_archive_has_the_month(lab: Lab) -> None:
    answer(
        lab, "fundingRate", [rate(MIDNIGHT_MS + 3), rate(MIDNIGHT_MS + 28_800_000, "-0.0002"), rate(MIDNIGHT_MS, "x")]
    )
    report = lab.land("binance", "funding")
    assert lab.rows("funding", "epoch_ms(settled_at), symbol, rate, interval_h, feed") == [
        (MIDNIGHT_MS + 3, "BTCUSDT", 0.0001, None, "binance.funding_rest"),
        (MIDNIGHT_MS + 28_800_000, "BTCUSDT", -0.0002, None, "binance.funding_rest"),
    ]
    assert (report.rows_quarantined, lab.quarantined()) == (1, [(3, "funding_rate: not of its type")])
    header = "calc_time,funding_interval_hours,last_funding_rate"
    put(lab, "futures/um", "fundingRate", [f"{MIDNIGHT_MS + 3},8,0.0001"], header, day="2026-01")
    lab.land("binance", "funding")
    assert lab.rows("funding", "interval_h, feed") == [(8.0, "binance.funding_rate")]


def test_an_endpoint_s_open_interest_is_read_until_the_archive_has_the_day(lab: Lab) -> None:
    samples = [
        {
            "symbol": "BTCUSDT",
            "sumOpenInterest": "1000.5",
            "sumOpenInterestValue": "84000000.0",
            "timestamp": MIDNIGHT_MS + n * 300_000,
        }
        for n in range(288)
    ]
    answer(lab, "openInterestHist", samples)
    report = lab.land("binance", "open_interest")
    assert (report.rows_kept, report.coverage) == (288, {"binance": 24})
    assert lab.rows("open_interest", "distinct oi_base, oi_usd, feed") == [
        (1000.5, 84_000_000.0, "binance.open_interest_rest")
    ]
    put(lab, "futures/um", "metrics", [metric(5)], METRICS)
    lab.land("binance", "open_interest")
    assert lab.rows("open_interest", "feed") == [("binance.metrics",)]


def test_an_endpoint_s_empty_answer_is_no_funding_and_no_error(lab: Lab) -> None:
    answer(lab, "fundingRate", [])
    report = lab.land("binance", "funding")
    assert (report.rows_kept, report.rows_quarantined) == (0, 0)


def test_an_endpoint_s_complaint_is_quarantined_whole(lab: Lab) -> None:
    answer(lab, "fundingRate", {"code": -1121, "msg": "Invalid symbol."})
    lab.land("binance", "funding")
    assert [line for line, _ in lab.quarantined()] == [0]


def test_endpoints_are_asked_for_the_whole_day_and_no_more() -> None:
    day = f"symbol=BTCUSDT&startTime={MIDNIGHT_MS}&endTime={MIDNIGHT_MS + 86_399_999}&limit=1000"
    assert FUNDING_REST.request is not None
    assert fill(FUNDING_REST.request.target, DAY, {"symbol": "BTCUSDT"}) == f"fapi/v1/fundingRate?{day}"
    day = f"symbol=BTCUSDT&period=5m&startTime={MIDNIGHT_MS}&endTime={MIDNIGHT_MS + 86_399_999}&limit=500"
    assert OPEN_INTEREST_REST.request is not None
    assert fill(OPEN_INTEREST_REST.request.target, DAY, {"symbol": "BTCUSDT"}) == f"futures/data/openInterestHist?{day}"


def asked_for(settings: Settings) -> set[str]:
    """Paths that Binance's archive and endpoints would be asked for."""
    web = Web(settings)
    feeds = [feed for feed in FEEDS if feed.source == "binance" and feed.address]
    return {choice[0].path for feed in feeds for choice in web.choices(feed, DAY)}


def test_by_default_only_what_a_recap_needs_is_asked_for(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, assets=("BTC",))
    assert asked_for(settings) == {
        "data/futures/um/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2026-01-31.zip",
        "data/futures/um/monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2026-01.zip",
        "data/futures/um/daily/metrics/BTCUSDT/BTCUSDT-metrics-2026-01-31.zip",
        "rest/fundingRate/BTCUSDT/2026-01-31.json",
        "rest/openInterestHist/BTCUSDT/2026-01-31.json",
    }
    more = settings.model_copy(update={"feeds": ("binance.coin_metrics", "binance.spot_agg_trades")})
    assert asked_for(more) - asked_for(settings) == {
        "data/futures/cm/daily/metrics/BTCUSD_PERP/BTCUSD_PERP-metrics-2026-01-31.zip",
        "data/spot/daily/aggTrades/BTCUSDT/BTCUSDT-aggTrades-2026-01-31.zip",
    }


def test_single_spot_trades_are_read_by_place_in_microseconds_and_yield_to_aggregated_ones(lab: Lab) -> None:
    rows = [f"1,124.64,2,249.28,{MIDNIGHT_MS}629785,True,True".replace("000629785", "629785"), "2,x,1,1,1,True,True"]
    put(lab, "spot", "trades", rows, None)
    lab.land("binance", "candles")
    assert lab.rows("candles", "venue, epoch_ms(open_at), close, base_volume, quote_volume") == [
        ("binance-spot", MIDNIGHT_MS, 124.64, 2.0, 249.28)
    ]
    assert [line for line, _ in lab.quarantined()] == [2]
