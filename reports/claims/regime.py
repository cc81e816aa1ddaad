"""Which kind of day it was, as the mart `regime_daily` says, and which venue and assets stand for the market in prose."""

from dataclasses import dataclass

from reports.facts.model import Fact, FactStore

REFERENCE_VENUES = ("binance", "bybit", "okx", "kraken", "hyperliquid")
REFERENCE_ASSETS = ("BTC", "ETH")


@dataclass(frozen=True, slots=True)
class Regime:
    """The day's kind and the rule that decided it."""

    name: str
    rule: str

    @property
    def is_impaired(self) -> bool:
        """Whether the recap must say first what it lacks."""
        return self.name in ("uncovered", "impaired")

    @property
    def is_loud(self) -> bool:
        """Whether liquidations are what the day is told by."""
        return self.name in ("long_flush", "short_squeeze", "two_sided")

    @property
    def is_told_by_price(self) -> bool:
        """Whether the price is told first, since little was liquidated for the way that it went."""
        return self.name in ("rally_without_leverage", "drawdown_without_liquidations")

    @property
    def looks_ahead(self) -> bool:
        """Whether levels on both sides of the close are told as what to watch."""
        return self.name != "quiet" and not self.is_impaired

    @property
    def lost_side(self) -> str:
        """The side of the levels that give way, where liquidations are of one side: support, resistance, or empty."""
        return {"long_flush": "support", "short_squeeze": "resistance"}.get(self.name, "")


def classify(store: FactStore) -> Regime:
    """Return the regime of the day; one that the mart has no row of was not covered."""
    name, rule = (store.value("regime_daily", column) for column in ("regime", "reason"))
    return Regime(str(name or "uncovered"), str(rule or "no liquidation source was read"))


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


def is_one_side_alone(store: FactStore) -> bool:
    """Whether there were liquidations of one side and none of the other."""
    sides = [store.number("liquidations_market_daily", f"{side}_usd") for side in ("long", "short")]
    return 0 in sides and any(sides)
