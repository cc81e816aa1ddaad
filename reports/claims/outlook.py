"""Sentences about what to watch: signs of a finished flush, levels on both sides, and what followed days like this. No advice."""

from reports.claims.leverage import chosen_break
from reports.claims.model import Draft, Gate, above, when
from reports.claims.regime import Regime
from reports.facts.model import FactStore

ENOUGH_ANALOGS = 3


def drafts(store: FactStore, regime: Regime) -> list[Draft]:
    """Every sentence about what comes next that may be said of this day."""
    flush = when("regime is a long flush", regime.name == "long_flush")
    loud = when("regime is one of large liquidations", regime.is_loud)
    return [
        _signals(store, flush),
        _range(store, regime),
        _levels(store, flush),
        _analogs(store, loud),
        _moves(store, loud),
    ]


def _signals(store: FactStore, flush: Gate) -> Draft:
    found = {name: store.get("signals", name) for name in ("n", "n_seen", "seen", "missing")}
    used: tuple[str, ...]
    if not found["missing"]:
        used, wording = ("n", "seen"), "BTC shows all {n} signs of a finished flush that one day can show: {seen}"
        meaning = "That is consistent with a flush"
    elif found["seen"]:
        used = ("n", "n_seen", "seen", "missing")
        wording = "Of the {n} signs of a finished flush that one day can show, BTC shows {n_seen}: {seen}. Not there: {missing}"
        meaning = "That is consistent with a flush in part"
    else:
        used, wording = (
            ("n", "missing"),
            "BTC shows none of the {n} signs of a finished flush that one day can show: {missing}",
        )
        meaning = "That points to more being possible"
    facts = {name: found[name] for name in used}
    wording += f". {meaning}; whether it is over, the days after decide."
    return Draft("outlook.signals", "outlook", "I", [wording], facts, [flush, above("n", 2)])


def _range(store: FactStore, regime: Regime) -> Draft:
    """The nearest levels on both sides of the close: consolidation between them, continuation beyond."""
    row = store.row("next_levels_daily", "BTC")
    facts = {"asset": row("asset"), "close": row("close_usd"), "below": row("below_usd"), "above": row("above_usd")}
    beyond = "a daily close beyond one of them would end it that way"
    if regime.name in ("long_flush", "new_shorts", "drawdown_without_liquidations"):
        beyond = "a daily close under the first would continue the fall, one over the second would begin to undo it"
    if regime.name in ("short_squeeze", "new_longs", "rally_without_leverage"):
        beyond = "a daily close over the second would continue the rise, one under the first would begin to undo it"
    wording = (
        "{asset} closed at {close}; the nearest levels on both sides are {below} and {above}. Between them it consolidates; "
        f"{beyond}."
    )
    told = when("the day is no quiet one", regime.looks_ahead)
    return Draft("outlook.range", "outlook", "D", [wording], facts, [told])


def _levels(store: FactStore, flush: Gate) -> Draft:
    entity = chosen_break(store, "BTC") or "BTC@"
    row = store.row("level_breaks", *entity.split("@", 1))
    facts = {"level": row("level_usd"), "next": row("next_level_usd"), "asset": row("asset")}
    closed_under = store.value("level_breaks", *entity.split("@", 1), "break_kind") == "daily_close"
    wording = (
        "For {asset}, another close under {level} would leave {next} as the next level below; the first one above it would undo "
        "the break."
    )
    if not closed_under:
        wording = (
            "For {asset}, a daily close under {level} would confirm the break and leave {next} as the next level below."
        )
    near = [store.get("next_levels_daily", "BTC", f"{side}_usd") for side in ("below", "above")]
    alone = when("levels on both sides of the close are not told", None in near)
    support = when("the level was a support", store.value("level_breaks", *entity.split("@", 1), "side") == "support")
    return Draft("outlook.levels", "outlook", "D", [wording], facts, [flush, support, alone])


def _analogs(store: FactStore, loud: Gate) -> Draft:
    facts = {
        "n": store.get("analogs", "n"),
        "ratio": store.get("analogs", "next_ratio"),
        "half": store.get("analogs", "n_half_again"),
    }
    were = "was" if facts["half"] and facts["half"].value == 1 else "were"
    wording = (
        f"Of the {{n}} earlier days that were among the largest of their year, {{half}} {were} followed by a day with at least half "
        "as much liquidated; in the median the next day had {ratio} of theirs."
    )
    return Draft("outlook.analogs", "outlook", "D", [wording], facts, [loud, above("n", ENOUGH_ANALOGS)])


def _moves(store: FactStore, loud: Gate) -> Draft:
    facts = {"n": store.get("analogs", "n_moves"), "lower": store.get("analogs", "n_lower")}
    wording = "The total market cap closed lower on {lower} of the {n} days after them."
    return Draft("outlook.moves", "outlook", "D", [wording], facts, [loud, above("n", ENOUGH_ANALOGS)])
