"""Send a day's recap to a list: choose the revision, make the list's copy, hand it over, keep what it said.

What belongs here: the order of these steps. What does not: any of the steps.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from reports import changes, list_copy
from reports.deliver import Receipt, SmtpSettings, send
from reports.facts.export import load
from reports.mail import edition_of
from reports.revisions import Revisions

_PLACES = ("subject", "headline", "takeaway", "lead")


@dataclass(frozen=True, slots=True)
class MailingList:
    """Who gets the recap together, and what their copy has of its own."""

    name: str
    recipients: Sequence[str]
    unsubscribe: str | None = None
    timezone: str = "UTC"


def post(recap: Path, to: MailingList, smtp: SmtpSettings, ledger: Path, *, force: bool = False) -> Receipt:
    """Send the recap in the folder `recap`: to whoever lacks it, or as a correction if its facts print otherwise now.

    `force` repeats what may or may not have arrived. Raises what `deliver.send` raises.
    """
    with FileLock(recap.parent / ".lock"):
        eml, store, first = (recap / "email.eml").read_bytes(), load(recap / "facts.json"), _told_first(recap)
    day, facts = edition_of(eml).day, changes.printed(store)
    revisions = Revisions(ledger, day, to.name)
    with revisions.locked():
        plan = revisions.plan(facts)
        corrected = changes.between(plan.corrects, facts, first) if plan.corrects is not None else ()
        copy = list_copy.of(eml, plan.edition, timezone=to.timezone, unsubscribe=to.unsubscribe, changes=corrected)
        revisions.keep(plan, facts)
        return send(copy, smtp, to.recipients, ledger=ledger, force=force)


def _told_first(recap: Path) -> list[str]:
    """The facts of the sentences that a reader sees first."""
    claims = json.loads((recap / "claims.json").read_text(encoding="utf-8"))["claims"]
    said = [claim for place in _PLACES for claim in claims if claim["place"] == place and claim["text"]]
    return list(dict.fromkeys(id for claim in said for id in claim["facts"]))
