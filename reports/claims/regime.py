"""Which kind of day it was: one regime, by rules over facts, in the order they are tried.

Thresholds are editorial: they choose a wording, never a number.
"""

from dataclasses import dataclass
from typing import Literal

from reports.facts.derive import FEW
from reports.facts.gather import WEAK_BELOW
from reports.facts.model import COARSE, Fact, FactStore

Name = Literal[
    "uncovered", "impaired", "long_flush", "short_squeeze", "drawdown_without_liquidations", "new_shorts",
    "rally_without_leverage", "two_sided", "quiet",
]  # fmt: skip
ONE_SIDED = 0.7
LOUD_USD = 250e6
FEW_USD = 100e6
LOUD_FALL = -0.05
MOVE = 0.02
OI_RISE = 0.03
REFERENCE_VENUES = ("binance", "bybit", "okx", "kraken", "hyperliquid")
REFERENCE_ASSETS = ("BTC", "ETH")


@dataclass(frozen=True, slots=True)
class Regime:
    """The day's kind and the rule that decided it."""

    name: Name
    rule: str

    @property
    def is_impaired(self) -> bool:
        """Whether the recap must say first what it lacks."""
        return self.name in ("uncovered", "impaired")


def classify(store: FactStore) -> Regime:
    """Return the first regime whose rule holds."""
    total = store.get("liquidations_market_daily", "total_usd")
    if total is None:
        return Regime("uncovered", "no liquidation source was read")
    if total.digits == COARSE:
        return Regime("impaired", f"under {WEAK_BELOW:.0%} of the venue-hours of liquidations were seen")
    return _measured(store, store.number("liquidations_market_daily", "total_usd") or 0.0)


def _measured(store: FactStore, total: float) -> Regime:
    long = store.number("liquidations_market_daily", "long_share")
    move, fall, oi = _move(store), _fall(store), store.number("leverage_daily", "BTC", "oi_coin_change_pct") or 0.0
    loud = total >= LOUD_USD or (fall <= LOUD_FALL and total >= FEW_USD)
    rules: tuple[tuple[Name, bool, str], ...] = (
        ("long_flush", loud and long is not None and long >= ONE_SIDED and move < 0, "price down, mostly longs"),
        ("short_squeeze", loud and long is not None and long <= 1 - ONE_SIDED and move > 0, "price up, mostly shorts"),
        ("drawdown_without_liquidations", fall <= LOUD_FALL and total < FEW_USD, "a deep fall, few liquidations"),
        ("new_shorts", not loud and move <= -MOVE and oi >= OI_RISE, "price down, open interest up"),
        ("rally_without_leverage", not loud and move >= MOVE and oi <= 0, "price up, open interest not"),
        ("two_sided", loud, "large liquidations without one side or one direction"),
    )
    return next(
        (Regime(name, rule) for name, holds, rule in rules if holds), Regime("quiet", "none of the other rules")
    )


def _move(store: FactStore) -> float:
    """Change of the total cap close to close, else of the reference price over the day."""
    change = store.number("market_cap_total_daily", "all", "change_pct")
    return change if change is not None else _price(store, "change")


def _fall(store: FactStore) -> float:
    fall = store.number("market_cap_total_daily", "all", "max_drawdown_pct")
    return -abs(fall) if fall is not None else _price(store, "open_to_low")


def _price(store: FactStore, metric: str) -> float:
    venue = reference_venue(store, "BTC")
    return (store.number("prices", "BTC", venue, metric) if venue else None) or 0.0


def reference_venue(store: FactStore, asset: str) -> str | None:
    """The venue whose prices the prose names: the first known one, else the first by name."""
    venues = [fact.entity.split("@")[1] for fact in prices(store) if fact.entity.startswith(f"{asset}@")]
    known = [venue for venue in REFERENCE_VENUES if venue in venues]
    return next(iter(known or sorted(venues)), None)


def reference_assets(store: FactStore) -> list[str]:
    """The assets whose prices the prose names: BTC and ETH, else the first that have a price."""
    assets = list(dict.fromkeys(fact.entity.split("@")[0] for fact in prices(store)))
    return [asset for asset in REFERENCE_ASSETS if asset in assets] or assets[: len(REFERENCE_ASSETS)]


def prices(store: FactStore) -> list[Fact]:
    """Return the opening price of every asset at every venue."""
    return [fact for fact in store if fact.model == "marts.prices_by_venue_daily" and fact.metric == "open_usd"]


def is_aggregated(store: FactStore) -> bool:
    """Whether all liquidations are an aggregator's sums."""
    return (
        store.get("liquidations", "aggregators", "n") is not None and store.get("liquidations", "venues", "n") is None
    )


def is_market(store: FactStore) -> bool:
    """Whether the sum of caps is of enough assets to be called total."""
    return bool(store.value("caps", "all", "is_market"))


__all__ = ["FEW", "Regime", "classify"]
