"""Sentences about open interest, funding and broken levels."""

from reports.claims.model import Draft, Gate, above, below, is_slight, when
from reports.claims.regime import Regime, reference_assets
from reports.facts.derive import FLAT_FUNDING, FLUSHED, HIGH_FUNDING
from reports.facts.model import Fact, FactStore

ELEVATED = 0.8
"""Percentile of open interest over the year before, or 90 days where no year is known, from which it counts as elevated."""
_DEPTH = {"daily_close": 3, "hourly_close": 2, "touch": 1}


def drafts(store: FactStore, regime: Regime) -> list[Draft]:
    """Every sentence about leverage and levels that may be said of this day."""
    assets = [fact.entity for fact in store if fact.model == "marts.leverage_daily" and fact.metric == "asset"]
    named = [asset for asset in reference_assets(store) if asset in assets]
    breaks = [found for asset in reference_assets(store) if (found := chosen_break(store, asset))]
    return [
        *(_elevated(store, asset) for asset in named),
        *(_open_interest(store, asset) for asset in named),
        *(_funding(store, asset) for asset in named),
        *(_reset(store, asset) for asset in named[:1]),
        *(_flushed(store, asset, regime) for asset in named[:1]),
        *(_break(store, found) for found in breaks),
        *(_next(store, asset) for asset in reference_assets(store)[:1]),
    ]


def chosen_break(store: FactStore, asset: str) -> str | None:
    """The break that prose tells of an asset: the roundest level broken, then the deepest kind of break."""
    found = _levels(store, asset)
    return max(found, key=lambda fact: _weight(store, fact)).entity if found else None


def _weight(store: FactStore, fact: Fact) -> tuple[int, int, float]:
    kind = _DEPTH.get(str(store.value("level_breaks", *fact.entity.split("@", 1), "break_kind")), 0)
    level = fact.number
    zeros = len(f"{level:.0f}") - len(f"{level:.0f}".rstrip("0"))
    return zeros, kind, -level


def _elevated(store: FactStore, asset: str) -> Draft:
    row = store.row("leverage_daily", asset)
    facts = {
        "asset": row("asset"),
        "percentile": row("oi_percentile"),
        "usd": row("oi_usd_open"),
        "days": row("oi_lookback_days"),
    }
    wording = (
        "The day began with open interest in {asset} of {usd}, in coin no lower than on {percentile} of the days known among the "
        "{days} before."
    )
    return Draft(f"leverage.elevated.{asset}", "leverage", "M", [wording], facts, [above("percentile", ELEVATED)])


def _reset(store: FactStore, asset: str) -> Draft:
    row = store.row("leverage_daily", asset)
    facts = {"asset": row("asset"), "before": row("funding_8h_open"), "after": row("funding_8h_close")}
    gates = [
        Gate(f"before at least {HIGH_FUNDING:.2%}", lambda found: abs(found["before"].number) >= HIGH_FUNDING),
        Gate(f"after at most {FLAT_FUNDING:.3%}", lambda found: abs(found["after"].number) <= FLAT_FUNDING),
    ]
    wording = "At {after:rate_words} after {before:rate_words}, funding in {asset} is consistent with a reset."
    return Draft(f"leverage.reset.{asset}", "leverage", "I", [wording], facts, gates)


def _open_interest(store: FactStore, asset: str) -> Draft:
    change = store.get("leverage_daily", asset, "oi_coin_change_pct")
    facts = {
        "asset": store.get("leverage_daily", asset, "asset"),
        "change": change,
        "before": store.get("leverage_daily", asset, "oi_coin_open"),
        "after": store.get("leverage_daily", asset, "oi_coin_close"),
        "n": store.get("leverage_daily", asset, "n_venues_oi"),
    }
    verb = "fell" if _negative(change) else "rose"
    venues = "venue" if facts["n"] and facts["n"].value == 1 else "venues"
    moved = f"{verb} by {{change}} in coin, from {{before}} to {{after}}"
    if is_slight(change):
        moved = "was little changed in coin, at {after}"
    wording = f"Open interest in {{asset}} {moved}, over {{n}} {venues}."
    return Draft(f"leverage.open_interest.{asset}", "leverage", "M", [wording], facts)


def _funding(store: FactStore, asset: str) -> Draft:
    facts = {
        "asset": store.get("leverage_daily", asset, "asset"),
        "before": store.get("leverage_daily", asset, "funding_8h_open"),
        "after": store.get("leverage_daily", asset, "funding_8h_close"),
    }
    wording = "Funding in {asset} went from {before:rate_words} to {after:rate_words} per eight hours."
    return Draft(f"leverage.funding.{asset}", "leverage", "M", [wording], facts)


def _flushed(store: FactStore, asset: str, regime: Regime) -> Draft:
    facts = {
        "asset": store.get("leverage_daily", asset, "asset"),
        "change": store.get("leverage_daily", asset, "oi_coin_change_pct"),
    }
    wording = "With {change} of the open interest in {asset} gone in coin terms, the day is consistent with leverage leaving the market."
    gates = [below("change", FLUSHED), when("regime is a long flush", regime.name == "long_flush")]
    return Draft("leverage.flushed", "leverage", "I", [wording], facts, gates)


def _break(store: FactStore, entity: str) -> Draft:
    row = store.row("level_breaks", *entity.split("@", 1))
    facts = {"asset": row("asset"), "level": row("level_usd"), "at": row("broke_at")}
    kind, under = store.value("level_breaks", *entity.split("@", 1), "break_kind"), _is_support(store, entity)
    side, verb = ("below", "fell") if under else ("above", "rose")
    close = {"hourly_close": f", with an hourly close {side} it", "daily_close": f" and closed the day {side} it"}.get(
        str(kind), ""
    )
    wording = f"{{asset}} {verb} through {{level}} at {{at:clock}} UTC{close}."
    if kind == "touch":
        wording = "{asset} touched {level} at {at:clock} UTC, without an hourly close beyond it."
    if kind == "hourly_close" and store.value("level_breaks", *entity.split("@", 1), "reclaimed"):
        wording = wording[:-1] + ", and won it back later."
    return Draft(f"levels.break.{entity}", "levels", "M", [wording], facts)


def _next(store: FactStore, asset: str) -> Draft:
    """The next level beyond the last one broken, if the day did not reach it."""
    found = [fact for fact in _levels(store, asset) if _is_support(store, fact.entity)]
    last = min(found, key=lambda fact: fact.number).entity if found else f"{asset}@"
    parts = last.split("@", 1)
    facts = {
        "asset": store.get("level_breaks", *parts, "asset"),
        "level": store.get("level_breaks", *parts, "level_usd"),
        "next": store.get("level_breaks", *parts, "next_level_usd"),
        "low": store.get("prices_hourly", asset, "low_usd"),
    }
    wording = "Under the last level broken, {level}, the next one for {asset} is {next}; the low of the day was {low}."
    ahead = Gate("the low is above the next level", lambda found: found["low"].number > found["next"].number)
    return Draft("levels.next", "levels", "D", [wording], facts, [ahead])


def _levels(store: FactStore, asset: str) -> list[Fact]:
    return [
        fact for fact in store
        if fact.model == "marts.level_breaks" and fact.metric == "level_usd" and fact.entity.startswith(f"{asset}@")
    ]  # fmt: skip


def _is_support(store: FactStore, entity: str) -> bool:
    return store.value("level_breaks", *entity.split("@", 1), "side") == "support"


def _negative(fact: Fact | None) -> bool:
    return fact is not None and isinstance(fact.value, int | float) and fact.value < 0
