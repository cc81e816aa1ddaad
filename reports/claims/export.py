"""claims.json: every sentence with grade, facts, gates and, where it is not said, the reason; and the words of the pictures."""

from collections.abc import Sequence
from typing import Any

from reports import lines
from reports.charts.model import Chart
from reports.claims import Claim, Ledger
from reports.facts.model import FactStore


def to_json(ledger: Ledger, store: FactStore, pictures: Sequence[Chart]) -> str:
    """Return the ledger, headline and regime first, pictures last and in the order in which they are shown."""
    document = {
        "day": store.day.isoformat(),
        "headline": ledger.one("headline").text,
        "subject": ledger.one("subject").text,
        "regime": ledger.regime.name,
        "regime_rule": ledger.regime.rule,
        "impaired": ledger.regime.is_impaired,
        "simulated": store.simulated,
        "claims": [_plain(claim) for claim in ledger.claims],
        "pictures": [chart.words for chart in pictures],
    }
    return lines.to_json(document)


def _plain(claim: Claim) -> dict[str, Any]:
    return {
        "id": claim.id,
        "place": claim.place,
        "grade": claim.grade,
        "text": claim.text or None,
        "facts": [fact.id for fact in claim.facts],
        "gate": {"conditions": list(claim.gates), "holds": claim.said, "reason": claim.reason or None},
    }
