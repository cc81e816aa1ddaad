"""What a recap of each regime says, as kept text.

`python -m tests.reports.golden` writes it anew; read the difference before you keep it.
"""

import tempfile
from pathlib import Path

import duckdb

from reports.claims import judge
from reports.claims.model import Place
from reports.facts import FactStore, gather
from tests.reports.published import MARKETS

FOLDER = Path(__file__).with_name("golden")
_PLACES: tuple[Place, ...] = (
    "subject",
    "headline",
    "takeaway",
    "lead",
    "brunt",
    "why",
    "liquidations",
    "market_cap",
    "levels",
    "leverage",
    "outlook",
    "coverage",
)


def told(store: FactStore) -> str:
    """All sentences in reading order, with their grades."""
    ledger = judge(store)
    lines = [f"regime: {ledger.regime.name}"]
    for place in _PLACES:
        lines += ["", f"{place}:", *(f"  {claim.grade} {claim.text}" for claim in ledger.said(place))]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write every golden text."""
    FOLDER.mkdir(exist_ok=True)
    for name, market in MARKETS.items():
        with (
            tempfile.TemporaryDirectory() as folder,
            duckdb.connect(str(market.write(Path(folder) / "x.duckdb"))) as db,
        ):
            (FOLDER / f"{name}.txt").write_text(told(gather(db, market.day)), encoding="utf-8")


if __name__ == "__main__":
    main()
