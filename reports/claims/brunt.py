"""Sentences about who took the brunt: the assets that led and the levels that they lost, the others that stood out, the thin ones."""

from collections.abc import Sequence

from reports import names
from reports.claims.leverage import LEADERS, chosen_break, told_break
from reports.claims.model import Draft, Gate, when
from reports.claims.regime import Regime, reference_venue
from reports.facts.model import Fact, FactStore

ELEVATED_Z = 2.0
"""Robust z of an asset's liquidations against its own days from which they count as elevated."""
_LARGE = 10
"""Place by market cap down to which an asset is a large one."""
_LISTED = 3
_EXCESS = 0.01
"""Move past the one that beta stands for, from which it is worth a sentence."""


def drafts(store: FactStore, regime: Regime) -> list[Draft]:
    """Every sentence about single assets that may be said of this day."""
    loud = when("regime is one of large liquidations", regime.is_loud)
    return [
        *(_slipped(store, asset, loud, regime) for asset in leaders(store)),
        _elevated(store, loud, regime),
        _thin(store, loud),
    ]


def leaders(store: FactStore) -> list[str]:
    """The assets with most liquidated, in order."""
    return store.entities("liquidations_by_asset_daily")[:LEADERS]


def _slipped(store: FactStore, asset: str, loud: Gate, regime: Regime) -> Draft:
    """What an asset saw liquidated as it went through a level, and the level that it went toward."""
    entity = chosen_break(store, asset, regime.lost_side)
    told, facts = told_break(store, entity or f"{asset}@")
    ahead = store.get("level_breaks", *(entity or f"{asset}@").split("@", 1), "next_level_usd")
    extreme = store.number("prices_hourly", asset, "low_usd" if regime.lost_side == "support" else "high_usd")
    facts["usd"] = store.get("liquidations_by_asset_daily", asset, "total_usd")
    wording = "{asset} saw {usd} liquidated as it " + told
    returned = "it back" in told
    if ahead and extreme and not returned and (extreme > ahead.number) is (regime.lost_side == "support"):
        facts["next"] = ahead
        wording += ", on the way toward {next}"
    sided = when("the day's liquidations are of one side", regime.lost_side != "")
    return Draft(f"brunt.slipped.{asset}", "brunt", "M", [f"{wording}."], facts, [loud, sided])


def _elevated(store: FactStore, loud: Gate, regime: Regime) -> Draft:
    large = store.entities("market_cap_changes_daily")[:_LARGE]
    past = store.entities("liquidations_asset_history")
    others = [asset for asset in past if asset not in leaders(store) and asset in large]
    high = [
        asset for asset in others if (store.number("liquidations_asset_history", asset, "robust_z") or 0) > ELEVATED_Z
    ]
    facts: dict[str, Fact | None] = {"days": store.get("window", "year_days")}
    parts = []
    for place, asset in enumerate(high[:_LISTED]):
        facts |= {
            f"asset_{place}": store.get("liquidations_asset_history", asset, "asset"),
            f"usd_{place}": store.get("liquidations_by_asset_daily", asset, "total_usd"),
            f"times_{place}": store.get("liquidations_asset_history", asset, "times_median"),
            f"z_{place}": store.get("liquidations_asset_history", asset, "robust_z"),
        }
        parts.append(f"{{asset_{place}}} ({{usd_{place}}}, {{times_{place}}} times)")
    slipped = regime.lost_side and any(chosen_break(store, asset, regime.lost_side) for asset in leaders(store))
    too = " too" if slipped else ""
    wording = f"Elevated{too}, against the median of their own comparable days among the {{days}} before: {names.listing(parts)}."
    some = when(f"another large asset has a robust z above {ELEVATED_Z:g}", bool(high))
    return Draft("brunt.elevated", "brunt", "D", [wording], facts, [loud, some])


def _thin(store: FactStore, loud: Gate) -> Draft:
    moved = [asset for asset in store.entities("relative_moves_daily") if _is_past_beta(store, asset)]
    facts: dict[str, Fact | None] = {
        "against": store.get("prices_by_venue_daily", "BTC", reference_venue(store, "BTC") or "", "asset")
    }
    parts = []
    for place, asset in enumerate(moved[:LEADERS]):
        row = store.row("relative_moves_daily", asset)
        facts |= {
            f"asset_{place}": row("asset"),
            f"return_{place}": row("return_pct"),
            f"expected_{place}": row("expected_pct"),
            f"thin_{place}": store.get("volatility_daily", asset, "is_thin"),
        }
        verb = "fell" if (store.number("relative_moves_daily", asset, "return_pct") or 0) < 0 else "rose"
        parts.append(f"{{asset_{place}}} {verb} by {{return_{place}}} against {{expected_{place}}}")
    who = "A thinner name moved more than its" if len(parts) == 1 else "Thinner names moved more than their"
    wording = f"{who} beta to {{against}} implies, close to close: {names.listing(parts)}."
    some = when(f"a thin asset went past its beta by at least {_EXCESS:.0%}", bool(moved))
    return Draft("brunt.thin", "brunt", "D", [wording], facts, [loud, some])


def _is_past_beta(store: FactStore, asset: str) -> bool:
    """Further the same way than its beta stands for."""
    returned, expected = (
        store.number("relative_moves_daily", asset, f"{name}_pct") or 0 for name in ("return", "expected")
    )
    return (
        returned * expected > 0
        and abs(returned) - abs(expected) >= _EXCESS
        and bool(store.value("volatility_daily", asset, "is_thin"))
    )


def largest_wave(store: FactStore) -> tuple[str, str]:
    """The wave that holds most, as its start and its number; both empty where there is none."""
    waves: Sequence[Fact] = [
        fact for fact in store if fact.model == "marts.liquidation_waves" and fact.metric == "total_usd"
    ]
    if not waves:
        return "", ""
    place = max(range(len(waves)), key=lambda at: waves[at].number)
    return waves[place].entity, str(place + 1)
