"""Sentences about open interest, funding and broken levels."""

from collections.abc import Sequence

from reports.claims.model import Draft, Gate, below, is_nearly_all, is_slight, when
from reports.claims.regime import Regime, reference_assets
from reports.facts.derive import FLAT_FUNDING, FLUSHED, HIGH_FUNDING
from reports.facts.model import Fact, FactStore

ELEVATED = 0.8
"""Percentile of open interest over the year before, or 90 days where no year is known, from which it counts as elevated."""
LEADERS = 2
"""Assets with most liquidated, of whom the recap tells first."""
_DEPTH = {"daily_close": 3, "hourly_close": 2, "touch": 1}


def drafts(store: FactStore, regime: Regime) -> list[Draft]:
    """Every sentence about leverage and levels that may be said of this day."""
    assets = [fact.entity for fact in store if fact.model == "marts.leverage_daily" and fact.metric == "asset"]
    named = [asset for asset in reference_assets(store) if asset in assets]
    breaks = [found for asset in reference_assets(store) if (found := chosen_break(store, asset))]
    return [
        _elevated(store, named),
        _open_interest(store, named),
        _funding(store, named),
        *(_reset(store, asset) for asset in named[:1]),
        *(_flushed(store, asset, regime) for asset in named[:1]),
        *(_break(store, found, regime) for found in breaks),
        *(_next(store, asset, regime) for asset in reference_assets(store)[:1]),
    ]


def chosen_break(store: FactStore, asset: str, side: str = "") -> str | None:
    """The break that prose tells of an asset, of a side if given: the roundest level broken, then the deepest kind of break."""
    found = [
        fact
        for fact in _levels(store, asset)
        if side in ("", store.value("level_breaks", *fact.entity.split("@", 1), "side"))
    ]
    return max(found, key=lambda fact: _weight(store, fact)).entity if found else None


def told_break(store: FactStore, entity: str) -> tuple[str, dict[str, Fact | None]]:
    """How a break is told after its asset's name, by its kind, with its facts."""
    row = store.row("level_breaks", *entity.split("@", 1))
    kind, under = row("break_kind"), _is_support(store, entity)
    side, verb = ("below", "fell") if under else ("above", "rose")
    told = f"{verb} through {{level}} at {{at:clock}} UTC"
    if kind and kind.value == "daily_close":
        told += f" and closed the day {side} it"
    elif kind and kind.value == "hourly_close":
        told += f", with an hourly close {side} it"
        back = "won it back" if under else "gave it back"
        told += f", and {back} later" if store.value("level_breaks", *entity.split("@", 1), "reclaimed") else ""
    else:
        told = "touched {level} at {at:clock} UTC, without an hourly close beyond it"
    return told, {"asset": row("asset"), "level": row("level_usd"), "at": row("broke_at")}


def _weight(store: FactStore, fact: Fact) -> tuple[int, int, float]:
    kind = _DEPTH.get(str(store.value("level_breaks", *fact.entity.split("@", 1), "break_kind")), 0)
    level = fact.number
    zeros = len(f"{level:.0f}") - len(f"{level:.0f}".rstrip("0"))
    return zeros, kind, -level


def _elevated(store: FactStore, assets: Sequence[str]) -> Draft:
    """Of which assets open interest was high before anything of the day happened."""
    high = [asset for asset in assets if (store.number("leverage_daily", asset, "oi_percentile") or 0) >= ELEVATED]
    shares = [store.number("leverage_daily", asset, "oi_percentile") for asset in high]
    facts: dict[str, Fact | None] = {}
    for place, asset in enumerate(high):
        row = store.row("leverage_daily", asset)
        columns = (
            ("asset", "asset"),
            ("usd", "oi_usd_open"),
            ("percentile", "oi_percentile"),
            ("days", "oi_lookback_days"),
        )
        facts |= {f"{name}_{place}": row(column) for name, column in columns}
    parts = []
    for place, share in enumerate(shares):
        coin = "" if place else "in coin "
        among = f"the days known among the {{days_{place}}} before"
        if place and _is_same(facts[f"days_{place}"], facts["days_0"]):
            del facts[f"days_{place}"]
            among = "them"
        parts.append(f"{{asset_{place}}} with {{usd_{place}}}, {coin}{_placed(place, share)} of {among}")
    wording = f"Open interest began the day elevated: {'; '.join(parts)}."
    some = when(f"open interest stood at or above that of {ELEVATED:.0%} of the days before", bool(high))
    return Draft("leverage.elevated", "leverage", "M", [wording], facts, [some])


def _is_same(fact: Fact | None, other: Fact | None) -> bool:
    return fact is not None and other is not None and fact.value == other.value


def _placed(place: int, share: float | None) -> str:
    if share == 1:
        return "the highest"
    return "at or above its level on " + ("nearly all" if is_nearly_all(share) else f"{{percentile_{place}}}")


def _reset(store: FactStore, asset: str) -> Draft:
    row = store.row("leverage_daily", asset)
    facts = {"asset": row("asset"), "before": row("funding_8h_open"), "after": row("funding_8h_close")}
    gates = [
        Gate(f"before at least {HIGH_FUNDING:.2%}", lambda found: abs(found["before"].number) >= HIGH_FUNDING),
        Gate(f"after at most {FLAT_FUNDING:.3%}", lambda found: abs(found["after"].number) <= FLAT_FUNDING),
    ]
    wording = "For {asset} that is consistent with a reset of funding."
    return Draft(f"leverage.reset.{asset}", "leverage", "I", [wording], facts, gates)


def _open_interest(store: FactStore, assets: Sequence[str]) -> Draft:
    """How open interest went in each asset, over how many venues."""
    known = [asset for asset in assets if store.get("leverage_daily", asset, "oi_coin_change_pct")]
    facts: dict[str, Fact | None] = {} if known else {"change": None}
    parts = []
    for place, asset in enumerate(known):
        row = store.row("leverage_daily", asset)
        change, n = row("oi_coin_change_pct"), row("n_venues_oi")
        columns = (("asset", "asset"), ("before", "oi_coin_open"), ("after", "oi_coin_close"), ("n", "n_venues_oi"))
        facts |= {f"{name}_{place}": row(column) for name, column in columns}
        moved = f"was little changed in coin, at {{after_{place}}}"
        if is_slight(change):
            del facts[f"before_{place}"]
        else:
            facts[f"change_{place}"] = change
            verb = "fell" if _negative(change) else "rose"
            moved = f"{verb} by {{change_{place}}} in coin, from {{before_{place}}} to {{after_{place}}}"
        venues = "venue" if n and n.value == 1 else "venues"
        where = "Open interest in" if not place else "in"
        parts.append(f"{where} {{asset_{place}}} {'' if not place else 'it '}{moved}, over {{n_{place}}} {venues}")
    return Draft("leverage.open_interest", "leverage", "M", [f"{'; '.join(parts)}."], facts)


def _funding(store: FactStore, assets: Sequence[str]) -> Draft:
    known = [asset for asset in assets if None not in _rates_of(store, asset).values()]
    facts: dict[str, Fact | None] = {} if known else {"before": None}
    parts = []
    for place, asset in enumerate(known):
        facts |= {f"{name}_{place}": fact for name, fact in _rates_of(store, asset).items()}
        where, per = ("Funding in", " per eight hours") if not place else ("in", "")
        went = "went " if not place else ""
        parts.append(
            f"{where} {{asset_{place}}} {went}from {{before_{place}:rate_words}} to {{after_{place}:rate_words}}{per}"
        )
    return Draft("leverage.funding", "leverage", "M", [f"{', '.join(parts)}."], facts)


def _rates_of(store: FactStore, asset: str) -> dict[str, Fact | None]:
    row = store.row("leverage_daily", asset)
    return {"asset": row("asset"), "before": row("funding_8h_open"), "after": row("funding_8h_close")}


def _flushed(store: FactStore, asset: str, regime: Regime) -> Draft:
    facts = {
        "asset": store.get("leverage_daily", asset, "asset"),
        "change": store.get("leverage_daily", asset, "oi_coin_change_pct"),
    }
    wording = "A fall of open interest that deep in {asset}, in coin, is consistent with leverage leaving the market."
    gates = [below("change", FLUSHED), when("regime is a long flush", regime.name == "long_flush")]
    return Draft("leverage.flushed", "leverage", "I", [wording], facts, gates)


def _break(store: FactStore, entity: str, regime: Regime) -> Draft:
    told, facts = told_break(store, entity)
    elsewhere = _elsewhere(store, entity.split("@")[0], regime)
    return Draft(f"levels.break.{entity}", "levels", "M", [f"{{asset}} {told}."], facts, [elsewhere])


def _elsewhere(store: FactStore, asset: str, regime: Regime) -> Gate:
    """Whether an asset's levels are not told already of those that took the brunt."""
    led = asset in store.entities("liquidations_by_asset_daily")[:LEADERS]
    told = led and regime.lost_side != "" and chosen_break(store, asset, regime.lost_side) is not None
    return when("it is not told of the assets that took the brunt", not told)


def _next(store: FactStore, asset: str, regime: Regime) -> Draft:
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
    wording = (
        "Under the last support broken, {level}, the next one for {asset} is {next}; the low of the day was {low}."
    )
    ahead = Gate("the low is above the next level", lambda found: found["low"].number > found["next"].number)
    near = [store.get("next_levels_daily", asset, f"{side}_usd") for side in ("below", "above")]
    alone = when("levels on both sides of the close are not told", not regime.looks_ahead or None in near)
    return Draft("levels.next", "levels", "D", [wording], facts, [ahead, alone, _elsewhere(store, asset, regime)])


def _levels(store: FactStore, asset: str) -> list[Fact]:
    return [
        fact for fact in store
        if fact.model == "marts.level_breaks" and fact.metric == "level_usd" and fact.entity.startswith(f"{asset}@")
    ]  # fmt: skip


def _is_support(store: FactStore, entity: str) -> bool:
    return store.value("level_breaks", *entity.split("@", 1), "side") == "support"


def _negative(fact: Fact | None) -> bool:
    return fact is not None and isinstance(fact.value, int | float) and fact.value < 0
