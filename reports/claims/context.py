"""Sentences that set the day beside the rest of the market and beside its own past: breadth, dominance, streaks, volatility, pace."""

from reports.claims.history import ENOUGH_DAYS
from reports.claims.model import Draft, Gate, above, is_nearly_all, is_slight, when
from reports.claims.regime import Regime, is_market
from reports.facts.derive import FEW
from reports.facts.model import Fact, FactStore

_MOST = 0.5
_LIVELY = 0.8
"""Share of the days before with lower volatility from which it is worth a sentence."""
_STREAK = 3


def drafts(store: FactStore, regime: Regime) -> list[Draft]:
    """Every sentence about breadth, dominance, streaks, volatility and pace that may be said of this day."""
    whole = when("enough assets to be called the market", is_market(store))
    return [
        _breadth(store, whole),
        _lows(store, whole),
        _dominance(store, whole),
        _streak(store, whole),
        _volatility(store),
        _market_funding(store),
    ]


def _breadth(store: FactStore, whole: Gate) -> Draft:
    row = store.row("market_breadth_daily")
    facts = {"n": row("n_assets"), "up": row("advancers"), "down": row("decliners"), "median": row("median_change_pct")}
    verb = "fell" if _is_negative(facts["median"]) else "rose"
    middle = f"{verb} by {{median}}"
    if is_slight(facts["median"]):
        middle = "was little changed"
    wording = f"Of {{n}} coins, stablecoins left out, {{up}} rose and {{down}} fell; the one in the middle {middle}."
    for side, all_ in (("advancers", "rose"), ("decliners", "fell")):
        if facts["n"] and facts["n"].value == store.value("market_breadth_daily", side):
            facts = {name: facts[name] for name in ("n", "median")}
            middle = middle.removeprefix(f"{all_} ")
            wording = f"All {{n}} coins, stablecoins left out, {all_}; the one in the middle {middle}."
            break
    return Draft("market_cap.breadth", "market_cap", "M", [wording], facts, [whole])


def _lows(store: FactStore, whole: Gate) -> Draft:
    row = store.row("market_breadth_daily")
    share, days = row("share_at_30d_closing_low"), store.get("window", "month_days")
    facts = {"n": row("n_assets_30d"), "days": days, "share": share}
    wording = "{share} of the {n} coins with {days} days of history closed at their lowest of these."
    gates = [whole, above("n", FEW + 1), above("share", _MOST)]
    if share and share.value == 1:
        wording = wording.replace("{share} of the", "All")
    return Draft("market_cap.lows", "market_cap", "M", [wording], facts, gates)


def _dominance(store: FactStore, whole: Gate) -> Draft:
    facts = {
        "asset": store.get("market_dominance_daily", "BTC", "asset"),
        "share": store.get("market_dominance_daily", "BTC", "dominance_ex_stables"),
    }
    wording = "At the close {asset} made up {share} of the market cap covered, stablecoins left out."
    return Draft("market_cap.dominance", "market_cap", "M", [wording], facts, [whole])


def _streak(store: FactStore, whole: Gate) -> Draft:
    falling, rising = (store.get("streaks_daily", f"cap_{way}_days") for way in ("falling", "rising"))
    fell = bool(falling and falling.value)
    facts = {"n": falling if fell else rising}
    wording = f"The total has {'fallen' if fell else 'risen'} for {{n}} days in a row."
    return Draft("market_cap.streak", "market_cap", "M", [wording], facts, [whole, above("n", _STREAK)])


def _volatility(store: FactStore) -> Draft:
    row = store.row("volatility_daily", "BTC")
    facts = {
        "asset": row("asset"),
        "volatility": row("realised_volatility"),
        "interval": row("return_interval_s"),
        "share": row("rv_percentile_365d"),
        "n": row("n_days"),
    }
    share = store.number("volatility_daily", "BTC", "rv_percentile_365d")
    placed = "higher than on " + ("nearly all" if is_nearly_all(share) else "{share}")
    if share == 1:
        placed = "the highest"
    wording = (
        "The realised volatility of {asset}, from returns of {interval:minutes} and over a year, was {volatility}, "
        f"{placed} of the {{n}} days known before."
    )
    return Draft(
        "levels.volatility", "levels", "M", [wording], facts, [above("share", _LIVELY), above("n", ENOUGH_DAYS)]
    )


def _market_funding(store: FactStore) -> Draft:
    row = store.row("funding_market_daily")
    facts = {
        "n": row("n_assets"),
        "before": row("funding_8h_open"),
        "after": row("funding_8h_close"),
        "share": row("oi_share"),
    }
    wording = (
        "Over {n} assets, weighted by open interest, funding went from {before:rate_words} to {after:rate_words} per eight hours; "
        "the rates are those of {share} of the open interest known."
    )
    return Draft("leverage.market_funding", "leverage", "M", [wording], facts, [above("n", 3)])


def _is_negative(fact: Fact | None) -> bool:
    return fact is not None and isinstance(fact.value, int | float) and fact.value < 0
