from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from reports import mail
from reports.charts import hourly, ranked
from tests.reports_charts import market


@pytest.fixture(scope="session")
def view() -> mail.MailView:
    """A whole view of the event day, with two real charts and text that HTML would stumble over."""
    db = market.event_day()
    charts = [hourly.build(db, market.DAY), ranked.by_asset(db, market.DAY)]
    return mail.MailView(
        day=market.DAY,
        subject="$2.23B liquidated, 93% longs · 31 Jan 2026",
        preheader="ETH led with $1.15B.",
        headline="$2.23B in leveraged positions liquidated as BTC broke $80,000",
        takeaways=["More than $2.2B was liquidated, 93% of it longs & more.", "ETH ($1.15B) led."],
        paragraphs=["The busiest hour, 17:00–18:00 UTC, saw <b>$486M</b> while BTC fell from $84,211 to $78,379 " * 2],
        sections=[mail.MailSection("Levels", "BTC fell through $80,000 at 17:11 UTC.")],
        tables=[mail.MailTable("Liquidated by asset", ["Asset", "Total", "Long share"], [["ETH", "$1.15B", "93%"]])],
        charts=[chart for chart in charts if chart],
        coverage=["Liquidations: 24 of 24 hours complete at 3 venues."],
        footer=["Times are UTC."],
        archive_note="The full page is recaps/2026-01-31/index.html.",
    )


@pytest.fixture(scope="session")
def headers() -> mail.MailHeaders:
    return mail.MailHeaders(
        edition=mail.Edition(date(2026, 1, 31)),
        date=datetime(2026, 2, 1, tzinfo=UTC),
        sender="Tidemark <recap@example.org>",
        list_unsubscribe="mailto:stop@example.org",
    )


@pytest.fixture(scope="session")
def eml(view: mail.MailView, headers: mail.MailHeaders) -> bytes:
    return mail.build(view, headers)


@pytest.fixture(scope="session")
def second_edition(view: mail.MailView, headers: mail.MailHeaders) -> bytes:
    return mail.build(view, replace(headers, edition=mail.Edition(date(2026, 1, 31), revision=2)))
