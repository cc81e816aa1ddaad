"""What the e-mail of a recap shows: the same claims and facts as the page, fewer of them. Making the mail is mail.py's work."""

from collections.abc import Sequence

from reports import tables
from reports.charts.model import Chart
from reports.claims import Ledger
from reports.claims.model import Claim, Place
from reports.facts.model import FactStore
from reports.mail import MailSection, MailTable, MailView

_CHARTS = 4
_ROWS = 6
_COLUMNS = {"by_asset": 5, "drops": 5}
SUBJECT_LIMIT = 60
_SECTIONS: tuple[tuple[Place, str], ...] = (
    ("brunt", "Who took the brunt"),
    ("why", "How it came about"),
    ("levels", "Levels"),
    ("leverage", "Leverage"),
    ("outlook", "What to watch"),
)


def view(store: FactStore, ledger: Ledger, charts: Sequence[Chart]) -> MailView:
    """Return the mail of a day as plain strings."""
    headline = ledger.one("headline").text
    takeaways = [claim.text for claim in ledger.said("takeaway")]
    return MailView(
        day=store.day,
        subject=subject(ledger, store.simulated),
        preheader=next(iter(takeaways), headline),
        headline=headline,
        takeaways=takeaways,
        paragraphs=[_together(claims) for claims in ledger.paragraphs("lead") if claims],
        sections=[MailSection(title, _together(said)) for place, title in _SECTIONS if (said := ledger.said(place))],
        tables=[found for name in _COLUMNS if (found := _table(store, name))],
        charts=charts[:_CHARTS],
        coverage=[claim.text for claim in ledger.said("coverage")],
        footer=["Every number is a fact in facts.json beside the page, with its model and the dump files behind it."],
        archive_note=f"The full page is recaps/{store.day.isoformat()}/index.html in the archive.",
        simulated=store.simulated,
    )


def subject(ledger: Ledger, simulated: bool) -> str:
    """Return the subject, marked where data is simulated."""
    return shortened(("Simulated: " if simulated else "") + ledger.one("subject").text)


def shortened(subject: str) -> str:
    """Cut a subject to no more than 60 characters, by its last clauses and then by words; the day at its end stays."""
    if len(subject) <= SUBJECT_LIMIT:
        return subject
    head, _, tail = subject.rpartition(" · ")
    room = SUBJECT_LIMIT - len(tail) - 3
    while len(head) > room and ", " in head:
        head = head.rpartition(", ")[0]
    if len(head) > room:
        head = (head[: room + 1].rpartition(" ")[0] or head[:room]).rstrip(",:")
    return f"{head} · {tail}"


def _together(claims: Sequence[Claim]) -> str:
    return " ".join(claim.text for claim in claims)


def _table(store: FactStore, name: str) -> MailTable | None:
    table: tables.Table = getattr(tables, name)(store)
    width = _COLUMNS[name]
    rows = [(row.head, *(cell.text for cell in row.cells[: width - 1])) for row in table.rows[:_ROWS]]
    return MailTable(table.caption, table.columns[:width], rows) if rows else None
