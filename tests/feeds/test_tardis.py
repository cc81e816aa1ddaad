"""Tardis: every venue's unit and price, dated futures, and trades."""

from datetime import date

import pytest

from orchestration.feeds.catalog import FEEDS
from orchestration.feeds.tardis import EXCHANGES
from tests.landing.conftest import lab
from tests.landing.kit import MIDNIGHT_MS, Lab, gzipped

__all__ = ["lab"]

LIQUIDATIONS = "exchange,symbol,timestamp,local_timestamp,id,side,price,amount"
TICKER = (
    "exchange,symbol,timestamp,local_timestamp,funding_timestamp,funding_rate,predicted_funding_rate,"
    "open_interest,last_price,index_price,mark_price"
)


def us(second: float) -> int:
    return int((MIDNIGHT_MS + second * 1000) * 1000)


def put(lab: Lab, exchange: str, kind: str, *rows: str, group: str = "PERPETUALS", day: str = "2026-01-31") -> None:
    header = TICKER if kind == "derivative_ticker" else LIQUIDATIONS
    path = lab.archive / f"tardis/v1/{exchange}/{kind}/{day.replace('-', '/')}/{group}.csv.gz"
    gzipped(path, "\n".join([header, *(f"{exchange},{row}" for row in rows)]) + "\n")


def order(symbol: str, second: float = 5, price: float = 80_000, amount: float = 100) -> str:
    return f"{symbol},{us(second)},{us(second)},,sell,{price},{amount}"


def ticker(symbol: str, open_interest: float = 500) -> str:
    return f"{symbol},{us(300)},{us(300)},,0.0001,,{open_interest},80000,,80001"


@pytest.mark.parametrize(
    ("exchange", "symbol", "venue", "unit", "basis"),
    [
        ("binance-futures", "BTCUSDT", "binance", "base", "order"),
        ("binance-delivery", "BTCUSD_PERP", "binance", "contracts", "order"),
        ("bybit", "BTCUSDT", "bybit", "base", "bankruptcy"),
        ("bybit", "BTCPERP", "bybit", "base", "bankruptcy"),
        ("bybit", "BTCUSD", "bybit", "usd", "bankruptcy"),
        ("bybit", "BTCUSDH26", "bybit", "usd", "bankruptcy"),
        ("bitmex", "XBTUSD", "bitmex", "contracts", "order"),
        ("okex-swap", "BTC-USD-SWAP", "okx", "contracts", "bankruptcy"),
        ("okex-futures", "BTC-USD-260327", "okx", "contracts", "bankruptcy"),
        ("deribit", "BTC-PERPETUAL", "deribit", "usd", "execution"),
        ("deribit", "BTC-27MAR26", "deribit", "usd", "execution"),
        ("deribit", "ETH_USDC-PERPETUAL", "deribit", "base", "execution"),
        ("cryptofacilities", "PI_XBTUSD", "kraken", "usd", "execution"),
        ("cryptofacilities", "pf_xbtusd", "kraken", "base", "execution"),
        ("huobi-dm-swap", "BTC-USD", "htx", "contracts", None),
        ("gate-io-futures", "BTC_USDT", "gate", "contracts", None),
        ("bitfinex-derivatives", "BTCF0:USTF0", "bitfinex", "base", None),
        ("dydx-v4", "BTC-USD", "dydx", "base", "execution"),
    ],
)
def test_a_liquidation_s_unit_and_price_are_those_of_its_venue_and_symbol(
    exchange: str, symbol: str, venue: str, unit: str, basis: str | None, lab: Lab
) -> None:
    put(lab, exchange, "liquidations", order(symbol))
    assert lab.land("tardis", "liquidations").rows_kept == 1
    assert lab.rows("liquidations", "venue, symbol, quantity, quantity_unit, price_basis") == [
        (venue, symbol, 100.0, unit, basis)
    ]


def test_of_an_unknown_exchange_nothing_is_counted(lab: Lab) -> None:
    put(lab, "newcomer", "liquidations", order("BTCUSDT"))
    put(lab, "newcomer", "derivative_ticker", ticker("BTCUSDT"))
    assert lab.land("tardis", "liquidations").rows_kept == 0
    assert lab.quarantined() == [(2, "quantity_unit is not base, contracts or usd")]
    assert lab.land("tardis", "open_interest").rows_kept == 0


def test_open_interest_of_one_file_is_in_the_unit_of_each_symbol(lab: Lab) -> None:
    put(lab, "bybit", "derivative_ticker", ticker("BTCUSDT"), ticker("BTCUSD"))
    lab.land("tardis", "open_interest")
    assert lab.rows("open_interest", "symbol, oi_base, oi_contracts, oi_usd") == [
        ("BTCUSD", None, None, 500.0),
        ("BTCUSDT", 500.0, None, 40_000_000.0),
    ]


def test_a_predicted_rate_never_becomes_settled_funding(lab: Lab) -> None:
    put(lab, "bybit", "derivative_ticker", ticker("BTCUSDT"))
    assert lab.land("tardis", "funding").rows_kept == 0
    assert lab.rows("funding") == []


def test_dated_futures_are_read_beside_perpetuals_and_cover_no_venue_alone(lab: Lab) -> None:
    put(lab, "bitmex", "liquidations", order("XBTH26"), group="FUTURES")
    put(lab, "bitmex", "derivative_ticker", ticker("XBTH26"), group="FUTURES")
    assert lab.land("tardis", "liquidations").coverage == {"bitmex": 0}
    assert lab.land("tardis", "open_interest").coverage == {"bitmex": 0}
    put(lab, "bitmex", "liquidations", order("XBTUSD"))
    report = lab.land("tardis", "liquidations")
    assert (report.rows_kept, report.coverage) == (2, {"bitmex": 24})
    assert set(lab.rows("liquidations", "symbol, quantity_unit, feed")) == {
        ("XBTH26", "contracts", "tardis.futures_liquidations"),
        ("XBTUSD", "contracts", "tardis.liquidations"),
    }


@pytest.mark.parametrize(
    ("exchange", "symbol", "base", "quote"),
    [("bybit", "BTCUSDT", 3.0, 260.0), ("bybit", "BTCUSD", 1 / 100 + 2 / 80, 3.0)],
)
def test_trades_become_bars_in_base_and_quote(exchange: str, symbol: str, base: float, quote: float, lab: Lab) -> None:
    put(lab, exchange, "trades", order(symbol, 5, 100, 1), order(symbol, 9, 80, 2))
    lab.land("tardis", "candles")
    assert lab.rows("candles", "venue, symbol, open, close, base_volume, quote_volume, n_trades") == [
        ("bybit", symbol, 100.0, 80.0, pytest.approx(base), pytest.approx(quote), 2)
    ]


def test_trades_in_contracts_give_no_bar_and_cover_nothing(lab: Lab) -> None:
    put(lab, "okex-swap", "trades", order("BTC-USDT-SWAP"))
    report = lab.land("tardis", "candles")
    assert (report.rows_kept, report.rows_quarantined, report.coverage) == (0, 0, {"okx": 0})


def test_a_trade_received_after_midnight_makes_no_second_bar_of_its_minute(lab: Lab) -> None:
    put(lab, "bybit", "trades", order("BTCUSDT", 86_390, 100, 1))
    put(lab, "bybit", "trades", order("BTCUSDT", 86_399.9, 90, 2), order("BTCUSDT", 86_401, 1, 1), day="2026-02-01")
    lab.land("tardis", "candles")
    assert lab.rows("candles", "hour(open_at), minute(open_at), close") == [(23, 59, 100.0)]
    following = date(2026, 2, 1)
    lab.land("tardis", "candles", following)
    assert lab.rows("candles", "hour(open_at), minute(open_at), close", following) == [(0, 0, 1.0)]
    assert lab.quarantined(following) == [(2, "traded_at is not of the file's day")]


def test_every_feed_takes_the_key_and_every_venue_has_a_plain_name() -> None:
    feeds = [feed for feed in FEEDS if feed.source == "tardis"]
    assert {feed.key.variable if feed.key else None for feed in feeds} == {"TARDIS_API_KEY"}
    assert {feed.key.form.format("k") if feed.key else None for feed in feeds} == {"Bearer k"}
    assert all(exchange.unit in ("base", "contracts", "usd") for exchange in EXCHANGES.values())
