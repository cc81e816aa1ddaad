"""claims.json: every sentence with grade, facts, gates and, where it is not said, the reason."""

from typing import Any

from reports import lines
from reports.claims import Claim, Ledger
from reports.facts.model import FactStore


def to_json(ledger: Ledger, store: FactStore) -> str:
    """Return the ledger, headline and regime first."""
    document = {
        "day": store.day.isoformat(),
        "headline": ledger.one("headline").text,
        "subject": ledger.one("subject").text,
        "regime": ledger.regime.name,
        "regime_rule": ledger.regime.rule,
        "impaired": ledger.regime.is_impaired,
        "simulated": store.simulated,
        "claims": [_plain(claim) for claim in ledger.claims],
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
