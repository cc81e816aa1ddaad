"""A recap's files by path, from its facts, claims and charts; and its charts read back from them.

What belongs here: which files there are and what goes into each. What does not: checking them (lint.py), putting them in
their place (recap.py).
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from reports import cutoff, letter, mail, render
from reports.charts.model import Chart
from reports.claims import Ledger
from reports.claims.export import to_json as claims_json
from reports.facts.export import to_json as facts_json
from reports.facts.model import FactStore
from reports.mail import Edition, MailHeaders

Files = Mapping[str, bytes]
TEXTS = ("index.html", "email.eml", "facts.json", "claims.json")


def render_files(store: FactStore, ledger: Ledger, pictures: Sequence[Chart]) -> dict[str, bytes]:
    """Return the files of a recap by path, unchecked."""
    headers = MailHeaders(Edition(store.day), cutoff.instant(store.day))
    return {
        "index.html": render.page(store, ledger, pictures).encode(),
        "email.eml": mail.build(letter.view(store, ledger, pictures), headers),
        "facts.json": facts_json(store).encode(),
        "claims.json": claims_json(ledger, store, pictures).encode(),
        **{_place(chart.id): chart.svg_file().encode() for chart in pictures},
    }


def read(folder: Path) -> dict[str, bytes]:
    """Return the files of a recap as they lie on disk, without any that are not there."""
    found = [*(folder / name for name in TEXTS), *sorted((folder / "charts").glob("*.svg"))]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found if path.exists()}


def pictures(files: Files) -> list[Chart]:
    """Return the charts in the order in which the ledger tells of them, each as its file has it."""
    told = json.loads(files["claims.json"])["pictures"]
    return [Chart.of_file(files.get(_place(words["id"]), b"").decode(), **words) for words in told]


def _place(id: str) -> str:
    return f"charts/{id}.svg"
