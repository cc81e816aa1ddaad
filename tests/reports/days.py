"""Hundreds of days as rows of the published marts, drawn by a seed: every regime, with gaps, ties, zeros, firsts and extremes.

Rows agree with each other as the models make them agree (sides make totals, venues make the market); what was not measured is NULL.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from tests.reports.published import _MARTS, _RAW, PRICES, SUPPLY

REGIMES = (
    "long_flush", "short_squeeze", "new_shorts", "new_longs", "two_sided", "quiet", "rally_without_leverage",
    "drawdown_without_liquidations", "impaired", "uncovered",
)  # fmt: skip
COINS = {
    **PRICES,
    "BNB": 612.4,
    "ADA": 0.3521,
    "SHIB": 7.12e-6,
    "PEPE": 4.1e-9,
    "YFI": 1_204_311.0,
    "0G": 1.0,
    "A": 0.31,
    "USD": 1.0,
}
_FALLS = ("long_flush", "new_shorts", "drawdown_without_liquidations")
_RISES = ("short_squeeze", "new_longs", "rally_without_leverage")
_LOUD = ("long_flush", "short_squeeze", "two_sided")
Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Scene:
    """What a day has, before any row is written."""

    day: date
    regime: str
    number: int
    """Place in the history: 0 is the first day ever."""
    random: Random

    def one_of(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def is_now(self, share: float) -> bool:
        return self.random.random() < share

    def at(self, minute: float) -> str:
        return (datetime.combine(self.day, time()) + timedelta(minutes=int(minute))).isoformat()


def write(path: Path, regimes: Sequence[str], first: date, seed: int) -> list[date]:
    """Write consecutive days of these regimes into one published database; return the days."""
    rows: Rows = defaultdict(list)
    days = [first + timedelta(days=number) for number in range(len(regimes))]
    for number, (day, regime) in enumerate(zip(days, regimes, strict=True)):
        for table, row in _day(Scene(day, regime, number, Random(seed * 1000 + number))):
            rows[table].append({"day": day.isoformat(), **row})
    with duckdb.connect(str(path)) as db:
        db.execute(_RAW)
        db.execute(_MARTS)
        for table, found in rows.items():
            _load(db, path.parent, table, found)
    return days


def _load(db: duckdb.DuckDBPyConnection, folder: Path, table: str, rows: list[dict[str, Any]]) -> None:
    columns = {row[0]: row[1] for row in db.execute(f"describe marts.{table}").fetchall()}
    unknown = {name for row in rows for name in row} - set(columns)
    assert not unknown, f"{table} has no {unknown}"
    given = folder / f"{table}.json"
    given.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    types = json.dumps(columns).replace('"', "'")
    sql = f"insert into marts.{table} by name select * from read_json($given, columns = {types}, format = 'newline_delimited')"
    db.execute(sql, {"given": str(given)})
    given.unlink()


def _day(scene: Scene) -> Iterator[tuple[str, dict[str, Any]]]:
    move = _move(scene)
    coins = _coins(scene)
    venues = scene.random.sample(["binance", "bybit", "okx", "bitmex", "hyperliquid"], scene.one_of(1, 1, 2, 3, 5))
    basis = scene.one_of(*["orders"] * 8, "aggregated", "mixed")
    if scene.regime == "impaired":
        basis = "orders"
    yield "regime_daily", {"regime": scene.regime, "reason": "as drawn"}
    if scene.regime != "uncovered":
        yield from _liquidations(scene, coins, venues, basis)
    price_venues = scene.random.sample(["binance", "bybit", "kraken", "lighter"], scene.one_of(0, 1, 1, 2, 4))
    if scene.regime in _FALLS + _RISES:
        price_venues = price_venues or ["binance"]
    priced = coins if scene.is_now(0.9) else coins[:1]
    if price_venues:
        yield from _how(scene, coins, venues, priced, move)
    for coin in priced:
        for venue in price_venues:
            yield from _prices(scene, coin, venue, move)
    capped = coins if price_venues and scene.is_now(0.8) else []
    yield from _caps(scene, capped, move)
    levered = [coin for coin in coins if coin in SUPPLY and scene.is_now(0.8)]
    yield from _leverage(scene, levered, move)
    if price_venues:
        yield from _levels(scene, priced, move)
        yield from _around(scene, coins, bool(capped))
    yield from _files(scene, venues, basis, price_venues, bool(capped), bool(levered))


def _move(scene: Scene) -> float:
    """Change from open to close of the day."""
    size = scene.one_of(0.0004, 0.012, 0.03, 0.07, 0.35)
    if scene.regime in _FALLS:
        return -max(size, 0.03)
    if scene.regime in _RISES:
        return max(size, 0.012)
    return float(scene.one_of(size, -size, 0.0))


def _coins(scene: Scene) -> list[str]:
    """Assets of the day: often all, sometimes few or one, sometimes none that prose knows."""
    every = list(COINS)
    return list(
        scene.one_of(
            every, every, every[:5], every[:4], every[:3], ["BTC", "ETH"], ["BTC"], ["ETH"], ["SHIB"], ["0G", "PEPE"]
        )
    )


def _liquidations(
    scene: Scene, coins: list[str], venues: list[str], basis: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    size = {"quiet": 3e7, "impaired": 4e6, "long_flush": 1e9, "short_squeeze": 6e8}.get(scene.regime, 2e8)
    size *= scene.one_of(1, 1, 1.7, 0.4, 40 if scene.regime in _LOUD else 0.01)
    quiet = scene.regime in ("quiet", "impaired", "rally_without_leverage", "drawdown_without_liquidations")
    silent = quiet and scene.is_now(0.1)
    share = {"long_flush": 0.93, "new_shorts": 0.9, "short_squeeze": 0.08, "new_longs": 0.1}.get(scene.regime, 0.5)
    share = scene.one_of(share, share, 1.0 if share > 0.7 else 0.0 if share < 0.3 else 0.499999, share)
    weights = [1.0 if scene.is_now(0.3) else scene.random.random() for _ in coins]
    if scene.is_now(0.15):
        weights = [1.0] * len(coins)
    hours = (
        list(range(24))
        if scene.regime != "impaired"
        else sorted(scene.random.sample(range(24), scene.one_of(1, 3, 12, 20)))
    )
    by_asset = []
    for coin, weight in (
        [] if silent else sorted(zip(coins, weights, strict=True), key=lambda pair: (-pair[1], pair[0]))
    ):
        summed = basis == "aggregated" or (basis == "mixed" and coin == coins[-1] and len(coins) > 1)
        usd = size * weight / sum(weights)
        long, short = usd * share, usd * (1 - share)
        sources = ["coinglass"] if summed else venues
        kind = "aggregated" if summed else "orders"
        for venue in sources:
            part = {"long_usd": long / len(sources), "short_usd": short / len(sources)}
            part["total_usd"] = part["long_usd"] + part["short_usd"]
            n = None if summed else scene.one_of(1, 2, 4100)
            yield "liquidations_by_venue_daily", {
                "venue": venue, "asset": coin, **part, "n_orders": n, "coverage": "complete", "hours_complete": 24, "hours_partial": 0,
                "basis": kind,
            }  # fmt: skip
        for hour in hours:
            part = {
                "long_usd": long / len(hours),
                "short_usd": short / len(hours),
                "total_usd": (long + short) / len(hours),
            }
            yield "liquidations_hourly", {"hour": hour, "asset": coin, **part, "n_orders": 7}
        largest = None if summed else usd / scene.one_of(3, 50)
        by_asset.append({
            "asset": coin, "rank": len(by_asset) + 1, "total_usd": long + short, "long_usd": long, "short_usd": short,
            "long_share": long / (long + short), "n_orders": None if summed else 900, "largest_order_usd": largest,
            "largest_order_venue": None if summed else venues[0], "largest_order_at": None if summed else scene.at(1039),
            "pct_of_open_interest": scene.one_of(None, 0.012), "basis": kind, "n_venues": len(sources),
        })  # fmt: skip
    yield from (("liquidations_by_asset_daily", row) for row in by_asset)
    yield from _market(scene, by_asset, len(venues), hours)


def _market(
    scene: Scene, by_asset: list[dict[str, Any]], n_venues: int, hours: list[int]
) -> Iterator[tuple[str, dict[str, Any]]]:
    total, long, short = (math.fsum(row[f"{side}_usd"] for row in by_asset) for side in ("total", "long", "short"))
    orders = [row for row in by_asset if row["largest_order_usd"]]
    largest = max(orders, key=lambda row: row["largest_order_usd"], default=None)
    known = scene.is_now(0.9) and largest
    yield "liquidations_market_daily", {
        "total_usd": total, "long_usd": long, "short_usd": short, "long_share": long / total if total else None,
        "n_orders": 900 * len(by_asset), "n_venues": n_venues, "n_assets": len(by_asset),
        "busiest_1h_usd": total * scene.one_of(0.08, 0.44, 1.0) if total and scene.is_now(0.9) else None,
        "busiest_1h_at": scene.at(60 * hours[-1]) if total else None,
        "largest_order_usd": largest["largest_order_usd"] if known else None, "largest_order_asset": largest["asset"] if known else None,
        "largest_order_venue": largest["largest_order_venue"] if known else None,
        "largest_order_at": scene.at(1039) if known and scene.is_now(0.8) else None, "resolution_s": scene.one_of(60, 3600),
    }  # fmt: skip
    if not total:
        return
    yield "side_guard_daily", {
        "venue": "binance", "asset": by_asset[0]["asset"], "change_pct": scene.one_of(-0.08, 0.06),
        "long_share": scene.one_of(0.0, 0.4, 0.97, 1.0), "n_orders": 40, "total_usd": total / 3, "passes": scene.one_of(True, False, None),
    }  # fmt: skip
    for wave in range(scene.one_of(0, 1, 2, 4) if scene.regime in _LOUD else 0):
        start = 60 + wave * 330
        yield "liquidation_waves", {
            "wave": wave + 1, "started_at": scene.at(start), "peak_at": scene.at(start + 20), "ended_at": scene.at(min(1440, start + 400)),
            "total_usd": total * 0.2, "long_usd": long * 0.2, "share_of_day": 0.2, "price_move_pct": scene.one_of(-0.03, 0.0, None, 0.02),
            "leader_asset": by_asset[0]["asset"], "leader_venue": scene.one_of("binance", None),
        }  # fmt: skip
        yield "wave_feedback", {
            "wave": wave + 1, "leader_asset": by_asset[0]["asset"], "liquidated_side": "long" if long > total / 2 else "short",
            "n_alternations": scene.one_of(0, 3, 5), "is_feedback": scene.one_of(True, False),
        }  # fmt: skip
    if scene.number:
        n = scene.number + scene.one_of(0, 30, 364)
        rank = min(n, scene.one_of(1, 1, 2, 3, 4, 11, 22, 111))
        yield "event_history", {
            "basis": "a", "total_usd": total, "rank_ytd": 1, "n_ytd": min(n, 31), "rank_365d": min(rank, 365), "n_365d": min(n, 365),
            "rank_all": rank, "n_days": n, "since_day": (scene.day - timedelta(days=n)).isoformat(),
            "percentile_365d": scene.one_of(None, 0.99),
            "largest_since": (scene.day - timedelta(days=min(n, scene.one_of(1, 31, 200)))).isoformat() if rank > 1 else None,
            "share_of_oi": scene.one_of(None, 0.0, 0.021),
        }  # fmt: skip
    for place in range(scene.one_of(0, 1, 3, 6)):
        ratio = scene.one_of(0.0, 0.3, 0.5, 1.2, 12.0)
        yield "analog_days", {
            "analog_day": (scene.day - timedelta(days=9 * place + 9)).isoformat(), "total_usd": 4e8, "next_total_usd": 4e8 * ratio,
            "next_ratio": ratio, "next_change_pct": scene.one_of(None, -0.02, 0.01, 0.0),
        }  # fmt: skip
    if scene.is_now(0.3):
        yield "liquidation_saturation_hourly", {
            "hour": 17, "venue": "binance", "instrument": "ETHUSDT", "reports": scene.one_of("latest_per_symbol_second", "all", "unknown"),
            "n_orders": 1400, "saturation": scene.one_of(0.0, 0.1, 0.24, 1.0),
        }  # fmt: skip


def _prices(scene: Scene, coin: str, venue: str, move: float) -> Iterator[tuple[str, dict[str, Any]]]:
    start = COINS[coin]
    close = start * (1 + move)
    low, high = min(start, close) * 0.99, max(start, close) * (1.0 if scene.is_now(0.2) else 1.01)
    bar = {"open_usd": start, "high_usd": high, "low_usd": low, "close_usd": close}
    instants = {"low_at": scene.at(1050), "high_at": scene.at(0)}
    yield (
        "prices_by_venue_daily",
        {"asset": coin, "venue": venue, **bar, **instants, "interval_s": scene.one_of(60, 3600), "n_bars": 24},
    )
    if venue == "binance":
        for hour in (0, 17, 23):
            yield "prices_hourly", {"asset": coin, "open_at": scene.at(60 * hour), **bar, "n_venues": 1}


def _caps(scene: Scene, coins: list[str], move: float) -> Iterator[tuple[str, dict[str, Any]]]:
    if not coins:
        return
    first = scene.number == 0 or scene.is_now(0.1)
    moves = {coin: move * scene.one_of(1, 0.4, 1.6, 0) for coin in coins}
    supply = {coin: SUPPLY.get(coin, 1e9) for coin in coins}
    opens = {coin: COINS[coin] * supply[coin] for coin in coins}
    total = sum(opens.values())
    whole = sum(opens[coin] * moves[coin] for coin in coins) / total
    shared = {"resolution_s": scene.one_of(60, 3600)}
    footing = scene.one_of(True, False)
    for universe in ("all", "ex_stables"):
        yield "market_cap_total_daily", {
            "universe": universe, **_drops(scene, total, whole, first), **shared, "n_assets": len(coins),
            "recovered_share": scene.one_of(None, 0.0, 0.3, 1.0), "found_footing": footing,
        }  # fmt: skip
    for coin in coins:
        drops = _drops(scene, opens[coin], moves[coin], first)
        price = COINS[coin]
        yield "market_cap_changes_daily", {
            "asset": coin, **drops, **shared, "contribution_pct": None if first else opens[coin] * moves[coin] / total,
            "open_price_usd": price, "high_price_usd": price * 1.01, "low_price_usd": price * 0.98,
            "close_price_usd": price * (1 + moves[coin]), "supply": supply[coin], "supply_day": scene.day.isoformat(), "n_venues": 2,
            "in_index": True, "is_stable": False,
        }  # fmt: skip


def _drops(scene: Scene, start: float, move: float, first: bool) -> dict[str, Any]:
    """Columns of a path that falls to its low at 17:30 and ends at the close; the first day has no prior close."""
    close = start * (1 + move)
    low, high = min(start, close) * (1 - scene.one_of(0.0, 0.01, 0.05)), max(start, close)
    prior = None if first else start * 1.0001
    trough = scene.one_of(1050, 1440)
    return {
        "open_cap_usd": start, "high_cap_usd": high, "low_cap_usd": low, "close_cap_usd": close, "prior_close_cap_usd": prior,
        "change_usd": None if prior is None else close - prior, "change_pct": None if prior is None else close / prior - 1,
        "open_to_low_usd": low - start, "open_to_low_pct": low / start - 1,
        "prior_close_to_low_usd": None if prior is None else low - prior,
        "prior_close_to_low_pct": None if prior is None else low / prior - 1, "max_drawdown_usd": low - high,
        "max_drawdown_pct": low / high - 1, "low_at": scene.at(trough), "drawdown_peak_at": scene.at(0),
        "drawdown_trough_at": scene.at(trough),
        "price_effect_usd": close - start, "supply_effect_usd": 0.0,
    }  # fmt: skip


def _leverage(scene: Scene, coins: list[str], move: float) -> Iterator[tuple[str, dict[str, Any]]]:
    for coin in coins:
        known = scene.is_now(0.9)
        before = scene.one_of(98_000.0, 1.0, 2.1e6, 0.4)
        change = scene.one_of(-0.11, -0.2, 0.03, 0.0, 1.4, 0.0001)
        n = scene.one_of(1, 2, 3)
        percentile = scene.one_of(None, 0.0, 0.8, 1.0)
        oi = {
            "oi_coin_open": before, "oi_coin_close": before * (1 + change), "oi_coin_change_pct": change,
            "oi_usd_open": before * COINS[coin], "oi_usd_close": before * (1 + change) * COINS[coin] * (1 + move),
            "oi_usd_change_positions": before * COINS[coin] * change, "oi_usd_change_price": before * (1 + change) * COINS[coin] * move,
            "n_venues_oi": n, "oi_percentile": percentile, "oi_lookback_days": None if percentile is None else scene.one_of(90, 365),
        }  # fmt: skip
        funding = {
            "funding_8h_open": scene.one_of(None, 0.0001, 0.0, -0.00031, 0.0104),
            "funding_8h_close": scene.one_of(None, 0.00001, 0.0, -0.000000004, 0.0001), "n_venues_funding": n,
        }  # fmt: skip
        yield (
            "leverage_daily",
            {"asset": coin, **(oi if known else {}), **(funding if scene.is_now(0.9) or not known else {})},
        )


def _levels(scene: Scene, coins: list[str], move: float) -> Iterator[tuple[str, dict[str, Any]]]:
    side = "support" if move < 0 else "resistance"
    for coin in coins[:2] if abs(move) >= 0.012 and scene.is_now(0.7) else []:
        for step in range(scene.one_of(1, 1, 2, 5)):
            level = COINS[coin] * (1 + move * (step + 1) / 6)
            level = float(f"{level:.3g}") if scene.is_now(0.5) else level
            kind = scene.one_of("touch", "hourly_close", "daily_close")
            yield "level_breaks", {
                "asset": coin, "level": f"level {step}", "level_usd": level, "kinds": scene.one_of("round number", "swing low, 90 day low"),
                "side": side, "broke_at": scene.at(scene.one_of(0, 55, 60, 390, 1439)), "break_kind": kind,
                "reclaimed": scene.one_of(True, False), "next_level_usd": scene.one_of(None, level * (1 + move)),
            }  # fmt: skip
            if scene.is_now(0.8):
                share = scene.one_of(0.0, 0.39, 0.4, 1.0)
                yield "liquidations_at_levels", {
                    "asset": coin, "level": f"level {step}", "level_usd": level, "side": side, "beyond_usd": share * 1e6, "side_usd": 1e6,
                    "beyond_share": share,
                }  # fmt: skip


def _how(
    scene: Scene, coins: list[str], venues: list[str], priced: list[str], move: float
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What tells how the day came about: build-up, venues of waves, own histories, thin names, levels on both sides."""
    for wave in (1, 2):
        for venue in venues if scene.regime in _LOUD else []:
            yield "wave_venues", {
                "wave": wave, "venue": venue, "total_usd": 1e7, "long_usd": 5e6, "share_of_wave": 1 / len(venues),
                "times_outside": scene.one_of(None, 1.2, 90.0), "has_wave": scene.one_of(True, True, False),
            }  # fmt: skip
    for coin in coins:
        yield "liquidations_asset_history", {
            "asset": coin, "total_usd": 1e7, "median_usd": 1e6, "times_median": scene.one_of(None, 0.0, 9.96, 10.0, 120.4),
            "n_days": scene.one_of(3, 84), "robust_z": scene.one_of(None, -1.0, 1.9, 2.4, 11.0),
        }  # fmt: skip
    for coin in [coin for coin in coins if coin != "BTC" and scene.is_now(0.5)]:
        returned, beta = scene.one_of(move, 3 * move, -move), scene.one_of(0.0, 0.9, 1.4)
        yield "relative_moves_daily", {
            "asset": coin, "return_pct": returned, "btc_return_pct": move, "beta_to_btc": beta, "n_days": 60,
            "expected_pct": beta * move, "excess_pct": returned - beta * move,
        }  # fmt: skip
        thin = scene.one_of(True, True, False, None)
        yield "volatility_daily", {"asset": coin, "realised_volatility": 1.2, "return_interval_s": 60, "is_thin": thin}
    for coin in [coin for coin in ("BTC", "ETH") if coin in priced and scene.is_now(0.7)]:
        start = COINS[coin]
        yield "leverage_build_ups", {
            "asset": coin, "n_days": scene.one_of(5, 30), "range_low_usd": start * 0.97, "range_high_usd": start * scene.one_of(0.97, 1.04),
            "range_width_pct": scene.one_of(0.0, 0.072), "oi_coin_change_pct": scene.one_of(None, -0.2, 0.1, 0.44),
        }  # fmt: skip
        close = start * (1 + move)
        yield "next_levels_daily", {
            "asset": coin, "close_usd": close, "below_usd": scene.one_of(None, close * 0.99, close * 0.98),
            "above_usd": scene.one_of(None, close * 1.01, close * 1.03),
        }  # fmt: skip


def _around(scene: Scene, coins: list[str], capped: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """Breadth, dominance, streaks, volatility and the market's funding."""
    n = len(coins)
    if capped:
        up = scene.one_of(0, n, n // 2, n - 1)
        down = scene.one_of(n - up, max(0, n - up - 1))
        median = (
            scene.one_of(0.0, 0.0001, 0.03) if up > down else -scene.one_of(0.0, 0.0001, 0.03) if down > up else 0.0
        )
        yield "market_breadth_daily", {
            "n_assets": n, "advancers": up, "decliners": down, "median_change_pct": None if scene.number == 0 else median,
            "equal_weight_change_pct": median, "cap_weight_change_pct": median, "n_assets_30d": scene.one_of(0, 1, n),
            "share_at_30d_closing_low": scene.one_of(None, 0.0, 0.5, 1.0),
        }  # fmt: skip
        if "BTC" in coins:
            yield (
                "market_dominance_daily",
                {"asset": "BTC", "cap_rank": 1, "dominance_all": 0.59, "dominance_ex_stables": scene.one_of(0.64, 1.0)},
            )
        falling = scene.one_of(0, 1, 3, 12)
        yield "streaks_daily", {"cap_falling_days": falling, "cap_rising_days": 0 if falling else scene.one_of(0, 1, 4)}
    if "BTC" in coins:
        yield "volatility_daily", {
            "asset": "BTC", "realised_volatility": scene.one_of(0.0, 0.98, 4.1), "return_interval_s": scene.one_of(60, 300),
            "rv_percentile_365d": scene.one_of(None, 0.5, 0.8, 1.0), "n_days": scene.one_of(1, 84),
        }  # fmt: skip
    if scene.is_now(0.7):
        yield "funding_market_daily", {
            "funding_8h_open": scene.one_of(0.0002, -0.0001), "funding_8h_close": scene.one_of(None, 0.0, 0.00001),
            "oi_share": scene.one_of(0.53, 1.0), "n_assets": n, "n_venues": 1,
        }  # fmt: skip


def _files(
    scene: Scene, venues: list[str], basis: str, price_venues: list[str], capped: bool, levered: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Dump files, the hours that they cover, and what was set aside."""
    pairs = [("candles", venue) for venue in price_venues] + [("caps", "coinmetrics")] * capped
    pairs += [("open_interest", "binance"), ("funding", "binance")] * levered
    if scene.regime != "uncovered":
        orders = [] if basis == "aggregated" else [("liquidations", venue) for venue in venues]
        pairs += orders + [("liquidation_bars", "coinglass")] * (basis != "orders")
    pairs = pairs or [("funding", "binance")]
    seen = 24 if scene.regime != "impaired" else scene.one_of(1, 3, 13, 24)
    simulated = scene.is_now(0.5)
    for number, (dataset, venue) in enumerate(pairs):
        aside = scene.one_of(0, 0, 1, 2, 40_000)
        yield "dump_files", {
            "source": venue, "dataset": dataset, "feed": f"{venue}.{dataset}", "venue": venue, "path": f"{venue}/{dataset}.csv.gz",
            "sha256": f"{number:064x}", "bytes": 1000, "rows_in": aside + 100, "rows_kept": 100, "rows_quarantined": aside,
            "rows_unknown_instrument": scene.one_of(0, 0, 1, 7), "simulated": simulated,
        }  # fmt: skip
        for hour in range(24):
            weak = dataset == "liquidations" and scene.regime == "impaired"
            state = "complete" if not weak else "missing" if hour >= seen else "partial"
            yield (
                "coverage_hourly",
                {"hour": hour, "venue": venue, "dataset": dataset, "state": state, "reason": "as drawn"},
            )
    for place in range(scene.one_of(0, 0, 1, 3)):
        yield (
            "absent_instruments",
            {"venue": "binance", "dataset": scene.one_of("candles", "funding"), "symbol": f"X{place}USDT"},
        )
        yield "unknown_instruments", {
            "venue": "binance", "symbol": f"NEW{place}USDT", "dataset": "candles", "n_rows": place + 1, "seed_line": "x",
        }  # fmt: skip
