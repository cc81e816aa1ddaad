"""Sentences about how the day came about, as far as prices, orders and positions show it: times, not causes."""

from reports import names
from reports.claims.brunt import largest_wave, leaders
from reports.claims.model import Draft, Gate, above, when
from reports.claims.regime import Regime, reference_assets
from reports.facts.model import Fact, FactStore

BUILT = 0.1
"""Growth of open interest in coin within a range from which leverage counts as built."""
AT_LEVEL = 0.4
"""Share of a side liquidated right beyond a level from which it is worth a sentence."""
_VENUES = 5


def drafts(store: FactStore, regime: Regime) -> list[Draft]:
    """Every sentence about how the day came about."""
    loud = when("regime is one of large liquidations", regime.is_loud)
    return [
        *(_built(store, asset, loud) for asset in reference_assets(store)),
        _breaks(store, regime, loud),
        _cascade(store, loud),
        _venues(store, regime, loud),
        _at_level(store, regime, loud),
        _feedback(store, loud),
        *_events(store),
    ]


def _built(store: FactStore, asset: str, loud: Gate) -> Draft:
    row = store.row("leverage_build_ups", asset)
    facts = {
        "asset": row("asset"),
        "change": row("oi_coin_change_pct"),
        "n": row("n_days"),
        "low": row("range_low_usd"),
        "high": row("range_high_usd"),
        "width": row("range_width_pct"),
    }
    wording = (
        "Leverage had been built in a range: over the {n} days before, {asset} stayed between {low} and {high}, a width of {width}, "
        "while its open interest rose by {change} in coin."
    )
    return Draft(f"why.built.{asset}", "why", "D", [wording], facts, [loud, above("change", BUILT)])


def _breaks(store: FactStore, regime: Regime, loud: Gate) -> Draft:
    """Levels that both leaders had lost before the largest wave began."""
    start, _ = largest_wave(store)
    facts: dict[str, Fact | None] = {"start": store.get("liquidation_waves", start, "started_at")}
    lost = [_last_broken(store, asset, regime.lost_side, facts["start"]) for asset in leaders(store)]
    for place, entity in enumerate(lost):
        row = store.row("level_breaks", *(entity or "@").split("@", 1))
        facts |= {
            f"asset_{place}": row("asset"),
            f"level_{place}": row("level_usd"),
            f"at_{place}": row("broke_at"),
        }
    wave = "the largest wave" if store.number("liquidations", "waves", "n") != 1 else "the wave"
    wording = f"By {{start:clock}} UTC, when {wave} began, {{asset_0}} had gone through {{level_0}} and {{asset_1}} through {{level_1}}."
    several = when("two assets led", len(lost) > 1)
    closely = facts["start"] is not None and store.value("cascade", "started_at") == facts["start"].value
    apart = when("no level broke right before that wave, which would be told of it", not closely)
    return Draft("why.breaks", "why", "D", [wording], facts, [loud, several, apart])


def _last_broken(store: FactStore, asset: str, side: str, before: Fact | None) -> str | None:
    """The last level of a side that an asset went through by an instant."""
    found = [
        fact for fact in store
        if fact.model == "marts.level_breaks" and fact.metric == "broke_at" and fact.entity.startswith(f"{asset}@")
        and before and str(fact.value) <= str(before.value)
        and store.value("level_breaks", *fact.entity.split("@", 1), "side") == side
    ]  # fmt: skip
    return max(found, key=lambda fact: str(fact.value)).entity if found else None


def _cascade(store: FactStore, loud: Gate) -> Draft:
    facts = {name: store.get("cascade", name) for name in ("lag_s", "asset", "level_usd", "broke_at", "started_at")}
    used = {"lag": facts["lag_s"], "asset": facts["asset"], "level": facts["level_usd"], "at": facts["started_at"]}
    wording = "A wave of liquidations began at {at:clock} UTC, {lag:minutes} after {asset} went through {level}."
    if facts["lag_s"] and not facts["lag_s"].value:
        del used["lag"]
        wording = "A wave of liquidations began at {at:clock} UTC, in the minute in which {asset} went through {level}."
    return Draft("why.cascade", "why", "D", [wording], used, [loud])


def _venues(store: FactStore, regime: Regime, loud: Gate) -> Draft:
    """The venues that the largest wave went over."""
    start, wave = largest_wave(store)
    found = [
        str(fact.where["venue"]) for fact in store
        if fact.model == "marts.wave_venues" and fact.metric == "has_wave" and fact.value and str(fact.where["wave"]) == wave
    ]  # fmt: skip
    facts: dict[str, Fact | None] = {"start": store.get("liquidation_waves", start, "started_at")}
    facts |= {
        f"venue_{place}": store.get("wave_venues", wave, venue, "venue") for place, venue in enumerate(found[:_VENUES])
    }
    facts |= {
        f"share_{place}": store.get("wave_venues", wave, venue, "share_of_wave")
        for place, venue in enumerate(found[:_VENUES])
    }
    told = names.listing([f"{{venue_{place}:venue}} ({{share_{place}}})" for place in range(len(found[:_VENUES]))])
    forced = {"long_flush": "Forced selling", "short_squeeze": "Forced buying"}.get(regime.name, "What was liquidated")
    wording = (
        f"{forced} in the wave that began at {{start:clock}} UTC was spread over several venues, by share: {told}."
    )
    several = when("at least two venues had the wave", len(found) > 1)
    return Draft("why.venues", "why", "M", [wording], facts, [loud, several])


def _at_level(store: FactStore, regime: Regime, loud: Gate) -> Draft:
    side = regime.lost_side
    found = [
        fact for fact in store
        if fact.model == "marts.liquidations_at_levels" and fact.metric == "beyond_share"
        and fact.entity.split("@")[0] in leaders(store)
        and store.value("level_breaks", *fact.entity.split("@", 1), "side") == side
    ]  # fmt: skip
    entity = max(found, key=lambda fact: fact.number).entity if found else "@"
    row = store.row("liquidations_at_levels", *entity.split("@", 1))
    facts = {
        "asset": row("asset"),
        "share": row("beyond_share"),
        "level": store.get("level_breaks", *entity.split("@", 1), "level_usd"),
        "near": store.get("window", "near_level"),
    }
    who, where, called = ("longs", "under", "support") if side == "support" else ("shorts", "above", "resistance")
    wording = (
        f"Of the {who} in {{asset}} that were liquidated at a known price, {{share}} went within {{near}} {where} {{level}}, which is "
        f"consistent with positions that leant on that {called}."
    )
    return Draft("why.at_level", "why", "I", [wording], facts, [loud, above("share", AT_LEVEL)])


def _events(store: FactStore) -> list[Draft]:
    """What the user's event file says of the day, with who says so."""
    found = [fact.entity.split()[1] for fact in store if fact.model == "events.toml" and fact.metric == "text"]
    wording = "From outside the data, by {source:source}: {text}."
    return [
        Draft(
            f"why.event.{n}", "why", "X", [wording], {name: store.get("events", n, name) for name in ("source", "text")}
        )
        for n in found
    ]


def _feedback(store: FactStore, loud: Gate) -> Draft:
    peaks = [fact for fact in store if fact.model == "marts.liquidation_waves" and fact.metric == "peak_at"]
    turns = [fact for fact in store if fact.model == "marts.wave_feedback" and fact.metric == "n_alternations"]
    place = max(range(len(turns)), key=lambda at: turns[at].number, default=None)
    row = store.row("wave_feedback", turns[place].entity if place is not None else "")
    facts = {
        "peak": peaks[place] if place is not None and len(peaks) == len(turns) else None,
        "n": row("n_alternations"),
        "asset": row("leader_asset"),
    }
    side, held = row("liquidated_side"), row("is_feedback")
    price, who = ("higher", "shorts") if side and side.value == "short" else ("lower", "longs")
    wording = (
        f"In the wave busiest at {{peak:clock}} UTC, {price} prices of {{asset}} and heavier liquidations of {who} took turns "
        "{n} times, which is consistent with feedback between them."
    )
    several = when("there is more than one wave", len(peaks) > 1)
    enough = when("the turns are as many as feedback asks for", bool(held and held.value))
    return Draft("why.feedback", "why", "I", [wording], facts, [loud, several, enough])
