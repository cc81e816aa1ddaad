"""Sentences about when the liquidations came, and where the day stands among those before it."""

from datetime import date, timedelta

from reports.claims.model import Draft, Gate, above, below, is_slight, when
from reports.claims.regime import Regime, is_aggregated, is_one_side_alone
from reports.facts.model import Fact, FactStore

ENOUGH_DAYS = 30
NOTABLE_RANK = 5
_LONG_AGO = timedelta(days=30)
_MOST = 0.5
"""Share of the day in its waves from which its liquidations came in them."""
_THROTTLED = 0.1
"""Share of seconds with an order from which a venue that tells one a second is likely to leave some out (k > 1.05)."""


def drafts(store: FactStore, regime: Regime) -> list[Draft]:
    """Every sentence about waves and ranks that may be said of this day."""
    loud = when("regime is one of large liquidations", regime.is_loud)
    return [
        _waves(store, loud),
        _largest_wave(store, loud),
        _rank(store, regime),
        _since(store),
        _of_interest(store, loud),
        *_saturation(store),
        *_sides(store),
    ]


def _waves(store: FactStore, loud: Gate) -> Draft:
    facts = {name: store.get("liquidations", "waves", name) for name in ("n", "peaks", "share")}
    wording = "The liquidations came in {n} waves, busiest at {peaks} UTC, which together hold {share} of the total."
    if facts["n"] and facts["n"].value == 1:
        wording = "A single wave stands out, busiest at {peaks} UTC: it holds {share} of the total."
    elif (store.number("liquidations", "waves", "share") or 0) < _MOST:
        wording = "{n} waves stand out, busiest at {peaks} UTC: together they hold {share} of the total."
    return Draft("lead.waves", "lead", "D", [wording], facts, [loud])


def _largest_wave(store: FactStore, loud: Gate) -> Draft:
    waves = [fact for fact in store if fact.model == "marts.liquidation_waves" and fact.metric == "total_usd"]
    entity = max(waves, key=lambda fact: fact.number).entity if waves else ""
    row = store.row("liquidation_waves", entity)
    names = {
        "usd": "total_usd",
        "start": "started_at",
        "end": "ended_at",
        "asset": "leader_asset",
        "venue": "leader_venue",
        "move": "price_move_pct",
    }
    facts: dict[str, Fact | None] = {name: row(column) for name, column in names.items()}
    verb = "fell" if facts["move"] and facts["move"].number < 0 else "rose"
    wording = (
        "The largest wave, from {start:clock} to {end:cutoff} UTC, held {usd}, most of it in {asset} and on {venue:venue}, "
        f"while the market's value {verb} by {{move}}."
    )
    if is_slight(facts["move"]):
        wording = wording.replace(f"{verb} by {{move}}", "was little changed")
    several = when("there is more than one wave", len(waves) > 1)
    return Draft("liquidations.largest_wave", "liquidations", "M", [wording], facts, [loud, several])


def is_ranked(store: FactStore, regime: Regime) -> bool:
    """Whether a takeaway tells the day's place among those before it."""
    rank, n = store.number("event_history", "rank_all"), store.number("event_history", "n_days")
    if not regime.is_loud or is_aggregated(store) or is_one_side_alone(store) or rank is None or n is None:
        return False
    return rank <= NOTABLE_RANK and n >= ENOUGH_DAYS


def _rank(store: FactStore, regime: Regime) -> Draft:
    """The day's place, or of how many days it is where a takeaway has told the place."""
    facts = {
        "rank": store.get("event_history", "rank_all"),
        "n": store.get("event_history", "n_days"),
        "since": store.get("event_history", "since_day"),
    }
    wording = (
        "By USD the day is the {rank:place} of the {n} days since {since} that can be compared, "
        "with the same venues and reporting rules."
    )
    if is_ranked(store, regime):
        wording = "Comparable, by venues and reporting rules, are the {n} days since {since}."
    return Draft("lead.history", "lead", "M", [wording], facts, [above("n", ENOUGH_DAYS), below("rank", NOTABLE_RANK)])


def _since(store: FactStore) -> Draft:
    facts = {"day": store.get("event_history", "largest_since"), "rank": store.get("event_history", "rank_all")}
    found = store.value("event_history", "largest_since")
    long_ago = when(
        "the last larger day is over 30 days ago", isinstance(found, date) and store.day - found > _LONG_AGO
    )
    return Draft(
        "liquidations.since",
        "liquidations",
        "M",
        ["The last comparable day with at least as much was {day}."],
        facts,
        [long_ago],
    )


def _of_interest(store: FactStore, loud: Gate) -> Draft:
    facts = {"share": store.get("event_history", "share_of_oi")}
    wording = "Against the open interest at the start of the day, where both are known, liquidations come to {share}."
    return Draft("liquidations.of_interest", "liquidations", "D", [wording], facts, [loud])


def _saturation(store: FactStore) -> list[Draft]:
    """Of each venue that tells at most one order a second: how close it came to that in its busiest hour."""
    shares = [
        fact for fact in store if fact.model == "marts.liquidation_saturation_hourly" and fact.metric == "saturation"
    ]
    wording = (
        "{venue:venue} reports at most one order per second; in the busiest hour of its busiest symbol {share} of the seconds had one, "
        "which points to orders missing from its figures."
    )
    return [
        Draft(
            f"coverage.saturation.{fact.entity}", "coverage", "I", [wording],
            {"venue": store.get("saturation", fact.entity, "venue"), "share": fact},
            [
                above("share", _THROTTLED),
                when("the venue does not report all", store.value("saturation", fact.entity, "reports") not in ("all", "unknown")),
            ],
        )
        for fact in shares
    ]  # fmt: skip


def _sides(store: FactStore) -> list[Draft]:
    """Of each venue whose liquidated side does not follow the price, the asset with the most of it."""
    found = [fact for fact in store if fact.model == "marts.side_guard_daily" and fact.metric == "total_usd"]
    first = {str(fact.where["venue"]): str(fact.where["asset"]) for fact in reversed(found)}
    return [_side(store, asset, venue) for venue, asset in sorted(first.items())]


def _side(store: FactStore, asset: str, venue: str) -> Draft:
    row = store.row("side_guard_daily", asset, venue)
    move = row("change_pct")
    facts = {
        "venue": row("venue"),
        "asset": row("asset"),
        "total": row("total_usd"),
        "share": row("long_share"),
        "move": move,
    }
    verb = "fell" if move and move.number < 0 else "rose"
    wording = (
        f"Of the {{total}} that {{venue:venue}} reported in {{asset}}, {{share}} was long, while its price {verb} by {{move}}: "
        "sides that do not follow the price, so the sides of this venue are in doubt."
    )
    return Draft(f"coverage.sides.{venue}", "coverage", "D", [wording], facts)
