"""The event day has the published figures of 2026-01-31, recomputed from the written files alone."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from orchestration.sample_market.assets import ASSETS, STABLECOINS
from tests.sample_market.dump_reader import Liquidation, funding, klines, liquidations, open_interest, supplies

EVENT = date(2026, 1, 31)
PRIOR = date(2026, 1, 30)
COINS = tuple(asset.name for asset in ASSETS)


@pytest.fixture(scope="module")
def orders(event_archive: Path) -> list[Liquidation]:
    return liquidations(event_archive, EVENT)


def usd(orders: list[Liquidation], asset: str, first: int, last: int) -> float:
    """USD of an asset in the minutes [first, last)."""
    return sum(one.usd for one in orders if one.asset == asset and first <= one.minute < last)


def broke(archive: Path, asset: str, level: float) -> int:
    return next(minute for minute, row in enumerate(klines(archive, asset, EVENT)) if float(row["low"]) <= level)


def test_total_and_long_share_are_the_published_ones(orders: list[Liquidation]) -> None:
    total = sum(one.usd for one in orders)
    assert total == pytest.approx(2.5615e9, rel=0.015)
    assert sum(one.usd for one in orders if one.is_long) / total == pytest.approx(0.94, abs=0.01)


def test_ether_leads_bitcoin_and_solana_and_xrp_follow(orders: list[Liquidation]) -> None:
    by_asset: Counter[str] = Counter()
    for one in orders:
        by_asset[one.asset] += one.usd
    total = sum(by_asset.values())
    assert [name for name, _ in by_asset.most_common(4)] == ["ETH", "BTC", "SOL", "XRP"]
    assert by_asset["ETH"] / total == pytest.approx(0.45, abs=0.015)
    assert by_asset["BTC"] / total == pytest.approx(0.31, abs=0.015)


def test_all_three_venues_report(orders: list[Liquidation]) -> None:
    assert {one.venue for one in orders} == {"binance", "bybit", "bitmex"}
    assert 10_000 < len(orders) < 100_000


def test_it_comes_in_three_waves(orders: list[Liquidation]) -> None:
    minutes: Counter[int] = Counter()
    for one in orders:
        minutes[one.minute] += one.usd
    waves: list[list[int]] = []
    for minute in sorted(minute for minute, value in minutes.items() if value > 8e6):
        if waves and minute - waves[-1][-1] <= 15:
            waves[-1].append(minute)
        else:
            waves.append([minute])
    starts = [wave[0] for wave in waves]
    assert [start // 60 for start in starts] == [10, 14, 17]
    assert 640 <= starts[0] < 650
    assert 880 <= starts[1] < 900
    assert 1020 <= starts[2] < 1035
    share = sum(minutes[minute] for wave in waves for minute in range(wave[0], wave[-1] + 1)) / minutes.total()
    assert share > 0.8


def test_the_largest_order_is_one_ether_long_on_bybit(orders: list[Liquidation]) -> None:
    largest = max(orders, key=lambda one: one.usd)
    assert (largest.venue, largest.asset, largest.is_long) == ("bybit", "ETH", True)
    assert largest.usd == pytest.approx(222.65e6, rel=1e-4)


def test_prices_open_break_and_recover_as_planned(event_archive: Path) -> None:
    for asset, open_, low, close in (("BTC", 84_211, 78_485, 80_430), ("ETH", 2705.5, 2380.3, 2490.9)):
        rows = klines(event_archive, asset, EVENT)
        assert float(rows[0]["open"]) == pytest.approx(open_, rel=1e-4)
        assert min(float(row["low"]) for row in rows) == pytest.approx(low, rel=2e-3)
        assert float(rows[-1]["close"]) == pytest.approx(close, rel=2e-3)


@pytest.mark.parametrize(("asset", "level"), [("BTC", 80_000), ("ETH", 2_500), ("ETH", 2_400)])
def test_a_level_breaks_before_the_bulk_of_its_wave(
    event_archive: Path, orders: list[Liquidation], asset: str, level: float
) -> None:
    at = broke(event_archive, asset, level)
    assert usd(orders, asset, at, at + 30) > 2 * usd(orders, asset, at - 30, at)


def test_total_cap_falls_about_seven_percent_and_wins_a_third_back(event_archive: Path) -> None:
    lows, closes, prior = [0.0] * 1440, [0.0] * 1440, 0.0
    for coin in COINS:
        known = supplies(event_archive, coin)
        supply = known[str(EVENT)][1]
        prior += known[str(PRIOR)][0] * supply
        for minute, row in enumerate(klines(event_archive, coin, EVENT)):
            lows[minute] += float(row["low"]) * supply
            closes[minute] += float(row["close"]) * supply
    stable = sum(supplies(event_archive, name)[str(EVENT)][1] for name in STABLECOINS)
    drop = (min(lows) - prior) / (prior + stable)
    assert -0.076 < drop < -0.069
    assert 0.25 < (closes[-1] - min(closes)) / (prior - min(closes)) < 0.45


@pytest.mark.parametrize("coin", COINS)
def test_open_interest_in_coins_falls_eight_percent_and_more(event_archive: Path, coin: str) -> None:
    before = next(iter(open_interest(event_archive, coin, EVENT).values()))
    after = next(iter(open_interest(event_archive, coin, date(2026, 2, 1)).values()))
    assert after / before - 1 < -0.08


def test_open_interest_falls_by_what_is_liquidated(event_archive: Path, orders: list[Liquidation]) -> None:
    held = open_interest(event_archive, "ETH", EVENT)
    fall = held["2026-01-31 17:05:00"] - held["2026-01-31 17:50:00"]
    gone = sum(
        one.coins for one in orders if one.asset == "ETH" and one.venue == "binance" and 1025 <= one.minute < 1070
    )
    assert gone > 0
    assert fall > 0.7 * gone


@pytest.mark.parametrize("coin", ["BTC", "ETH", "SOL", "XRP"])
def test_funding_is_high_before_and_reset_after(event_archive: Path, coin: str) -> None:
    january = funding(event_archive, coin, "2026-01")
    assert all(january[datetime(2026, 1, 31, hour, tzinfo=UTC)] >= 1e-4 for hour in (0, 8))
    february = funding(event_archive, coin, "2026-02")
    assert abs(february[datetime(2026, 2, 1, tzinfo=UTC)]) <= 5e-5


def test_orders_lie_at_prices_that_their_minute_traded(event_archive: Path, orders: list[Liquidation]) -> None:
    candles = {coin: klines(event_archive, coin, EVENT) for coin in COINS}
    for one in orders:
        row = candles[one.asset][one.minute]
        tick = 10.0 ** -len(row["low"].split(".")[1])
        slack = 0.0 if one.venue == "binance" else 0.0041 * one.price + tick  # Bybit and BitMEX: the bankruptcy price
        assert float(row["low"]) - slack <= one.price <= float(row["high"]) + slack


def test_binance_sends_at_most_one_message_per_symbol_and_second(orders: list[Liquidation]) -> None:
    seconds = [(one.asset, int(one.second)) for one in orders if one.venue == "binance"]
    assert len(seconds) == len(set(seconds))
    assert len(seconds) > 5_000


def test_traded_volume_covers_what_is_liquidated(event_archive: Path, orders: list[Liquidation]) -> None:
    forced: Counter[int] = Counter()
    for one in orders:
        if one.asset == "SOL" and one.venue == "binance":
            forced[one.minute] += one.coins
    rows = klines(event_archive, "SOL", EVENT)
    assert all(float(rows[minute]["volume"]) > coins for minute, coins in forced.items())


def test_a_smaller_wave_came_two_days_before_and_the_day_after_stays_elevated(event_archive: Path) -> None:
    before = sum(one.usd for one in liquidations(event_archive, date(2026, 1, 29)))
    after = sum(one.usd for one in liquidations(event_archive, date(2026, 2, 1)))
    assert 550e6 < before < 800e6
    assert 250e6 < after < 0.3 * 2.5615e9
