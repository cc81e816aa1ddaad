"""A recap for other hands: as Markdown, plain text or JSON, from the facts on disk and the claims that they allow.

What belongs here: these forms. What does not: choosing words (claims) and what a short recap holds (letter.py).
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment

from reports import claims, cutoff, house, letter, mail
from reports.claims import Ledger
from reports.facts import FactStore
from reports.facts.export import load, to_plain
from reports.markdown import escaped


def show(recap: Path, form: str) -> str:
    """Return the recap in the folder `recap` in a form: `md`, `txt` or `json`."""
    store = load(recap / "facts.json")
    return FORMS[form](store, claims.judge(store))


def _markdown(store: FactStore, ledger: Ledger) -> str:
    view = letter.view(store, ledger, ())
    template = _environment().get_template("recap.md.j2")
    return template.render(view=view, dated=cutoff.told(view.day), simulated_note=mail.SIMULATED)


def _text(store: FactStore, ledger: Ledger) -> str:
    return mail.render_text(letter.view(store, ledger, ()))


def _json(store: FactStore, ledger: Ledger) -> str:
    """Sentences with the facts behind them; every fact's value is unrounded."""
    view = letter.view(store, ledger, ())
    said = [claim for claim in ledger.claims if claim.said]
    document: dict[str, Any] = {
        "day": store.day.isoformat(),
        "subject": view.subject,
        "headline": view.headline,
        "regime": ledger.regime.name,
        "impaired": ledger.regime.is_impaired,
        "simulated": store.simulated,
        "sentences": [
            {
                "id": claim.id,
                "place": claim.place,
                "grade": claim.grade,
                "text": claim.text,
                "facts": [fact.id for fact in claim.facts],
            }
            for claim in said
        ],
        "tables": [{"title": table.title, "columns": table.columns, "rows": table.rows} for table in view.tables],
        "facts": {fact.id: to_plain(fact) for claim in said for fact in claim.facts},
    }
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


FORMS: Mapping[str, Callable[[FactStore, Ledger], str]] = {"md": _markdown, "txt": _text, "json": _json}


@house.once_a_look
def _environment() -> Environment:
    environment = house.environment("text", autoescape=False)
    environment.filters["md"] = escaped
    return environment
