"""Claims: every sentence of a recap, decided by gates over facts and graded; what is not said keeps its reason.

`judge` returns the ledger of a day. The order of a place's claims is the order in which they are read.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from reports.claims import brunt, context, coverage, history, leverage, liquidations, market, outlook, why, wordings
from reports.claims.model import Claim, Draft, Figure, Place, decide
from reports.claims.regime import Regime, classify
from reports.facts.model import FactStore

__all__ = ["Claim", "Figure", "Ledger", "Regime", "judge"]
_ROOM = {"headline": 1, "subject": 1, "takeaway": 3}
_ORDER = (
    "takeaway.uncovered",
    "takeaway.hours",
    "takeaway.gaps",
    "takeaway.totals",
    "takeaway.leaders",
    "takeaway.drawdown",
    "takeaway.change",
    "takeaway.price",
)
_LEAD = (
    "lead.uncovered",
    "lead.hours",
    "lead.gaps",
    "lead.liquidations",
    "lead.waves",
    "lead.history",
    "lead.caps",
    "lead.footing",
    "lead.price",
    "lead.positions",
)
_LIQUIDATIONS = ("takeaway.totals", "takeaway.leaders", "lead.liquidations", "lead.waves", "lead.history")
"""What comes last on a day that is told by its price."""
_LEVERAGE = (
    "leverage.elevated",
    "leverage.open_interest",
    "leverage.flushed",
    "leverage.market_funding",
    "leverage.funding",
    "leverage.reset",
)
"""Before, after, and what that is consistent with; then the same of funding."""

_TOPICS = {
    "footing": "caps",
    "positions": "price",
    "liquidations_little": "liquidations",
    "liquidations_mixed": "liquidations",
    "waves": "liquidations",
    "history": "liquidations",
    "hours": "liquidations",
    "gaps": "liquidations",
    "uncovered": "liquidations",
}


@dataclass(frozen=True, slots=True)
class Ledger:
    """All claims of a day, said or not, with the regime that they were judged under."""

    regime: Regime
    claims: tuple[Claim, ...]

    def said(self, place: Place) -> list[Claim]:
        """Return the claims that stand at a place, in reading order."""
        return [claim for claim in self.claims if claim.place == place and claim.said]

    def paragraphs(self, place: Place) -> list[list[Claim]]:
        """Return the same, split where another topic begins."""
        topics = groupby(
            self.said(place), key=lambda claim: _TOPICS.get(claim.id.split(".")[1], claim.id.split(".")[1])
        )
        return [list(claims) for _, claims in topics]

    def one(self, place: Place) -> Claim:
        """Return the first claim that stands at a place with room for one."""
        return self.said(place)[0]


def judge(store: FactStore) -> Ledger:
    """Decide every sentence of the day."""
    regime = classify(store)
    drafts = [draft for source in _SOURCES for draft in source(store, regime)] + _last(store)
    decided = [decide(draft, store.day.toordinal()) for draft in drafts]
    ordered = sorted(decided, key=_reading_order)
    if regime.is_told_by_price:
        ordered.sort(key=_price_first)
    return Ledger(regime, tuple(_with_room(ordered)))


_SOURCES: tuple[Callable[[FactStore, Regime], list[Draft]], ...] = (
    coverage.drafts,
    liquidations.drafts,
    history.drafts,
    brunt.drafts,
    why.drafts,
    market.drafts,
    context.drafts,
    leverage.drafts,
    outlook.drafts,
)


def _last(store: FactStore) -> list[Draft]:
    """What is said where nothing else can be: a recap of whatever was read."""
    day = {"day": store.get("window", "day")}
    return [
        Draft("headline.last", "headline", "E", wordings.LAST, day),
        Draft("subject.last", "subject", "E", ["Little was covered · {day:short_day}"], day),
    ]


def _reading_order(claim: Claim) -> int:
    for order in (_ORDER, _LEAD, _LEVERAGE):
        for place, prefix in enumerate(order):
            if claim.id.startswith(prefix):
                return place
    return 0


def _price_first(claim: Claim) -> int:
    if claim.id.startswith(_LIQUIDATIONS):
        return 2
    return 0 if claim.id.startswith(("lead.price", "lead.positions")) else 1


def _with_room(claims: list[Claim]) -> Iterator[Claim]:
    """Silence what a place has no room for, and keep that as the reason."""
    taken: Counter[str] = Counter()
    for claim in claims:
        taken[claim.place] += claim.said
        full = claim.said and taken[claim.place] > _ROOM.get(claim.place, len(claims))
        yield _silenced(claim) if full else claim


def _silenced(claim: Claim) -> Claim:
    return Claim(claim.id, claim.place, claim.grade, (), claim.facts, claim.gates, "another claim stands in its place")
