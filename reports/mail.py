"""The e-mail of a recap: a finished view in, the bytes of an `.eml` out, the same bytes every time.

What belongs here: MIME, headers, inlining, the limits that mail clients set. What does not: choosing words or
numbers (the view comes complete) and delivering (deliver.py).
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache

import css_inline
from jinja2 import Environment

from reports import cutoff, house, mail_text, numbers, theme
from reports.changes import Change
from reports.charts.model import Chart

HTML_LIMIT = 90_000
"""Bytes; Gmail clips a mail's HTML at about 102 KB and hides the rest, the unsubscribe link included."""
SUBJECT_LIMIT = 60
SIMULATED = "Simulated data: nothing told here happened on a real market."
POLICY = policy.SMTP.clone(cte_type="7bit", max_line_length=78)
_IDS = "tidemark.invalid"
"""Right side of Message-ID and CIDs: a reserved name, so that they depend on the edition alone."""


class MailError(ValueError):
    """The view or the headers cannot become a mail; the message says which part and why."""


@dataclass(frozen=True, slots=True)
class MailTable:
    """A small table of ready-made strings; the first column is a name, the others are right-aligned numbers."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class MailSection:
    """A paragraph under a heading."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class MailView:
    """All that a reader sees, as plain text; nothing in it is HTML, everything is escaped on the way out."""

    day: date
    subject: str
    """At most 60 characters, one line."""
    preheader: str
    """The line that an inbox shows after the subject."""
    headline: str
    takeaways: Sequence[str]
    paragraphs: Sequence[str]
    sections: Sequence[MailSection] = ()
    tables: Sequence[MailTable] = ()
    charts: Sequence[Chart] = ()
    coverage: Sequence[str] = ()
    footer: Sequence[str] = ()
    archive_note: str = ""
    """Where the full page is, in words; a mail carries no address of a host."""
    simulated: bool = False
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class Edition:
    """What is never sent twice: one day's recap, to one list, in one revision (1 is the first)."""

    day: date
    list_name: str = "daily"
    revision: int = 1

    def __post_init__(self) -> None:
        """Raise MailError for a list name that could not stand in a header and a file name."""
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,40}", self.list_name):
            raise MailError("a list's name is one word of lower-case letters, digits, - and _")
        if self.revision < 1:
            raise MailError("revisions count from 1")

    def key(self) -> str:
        """One line that names the edition: `2026-01-31 daily r1`."""
        return f"{self.day.isoformat()} {self.list_name} r{self.revision}"

    def file_name(self) -> str:
        """The start of the names of its files: `2026-01-31.daily.r1`."""
        return f"{self.day.isoformat()}.{self.list_name}.r{self.revision}"

    def message_id(self) -> str:
        """The same for the same edition, whoever sends it."""
        digest = hashlib.sha256(self.key().encode()).hexdigest()[:16]
        return f"<recap.{self.day.isoformat()}.r{self.revision}.{digest}@{_IDS}>"


@dataclass(frozen=True, slots=True)
class MailHeaders:
    """The envelope's face; `deliver.send` puts its own From, Reply-To and To in their place."""

    edition: Edition
    date: datetime
    """Timezone-aware; given, not taken from a clock, so that the mail is the same on every run."""
    sender: str = "tidemark@localhost"
    to: str = "undisclosed-recipients:;"
    reply_to: str | None = None
    list_unsubscribe: str | None = None
    """A `mailto:` or `https:` address."""


EDITION_HEADER = "X-Tidemark-Edition"


def build(view: MailView, headers: MailHeaders) -> bytes:
    """Return the mail with CRLF line ends: text, and HTML with its pictures; the same input gives the same bytes.

    Raises MailError for a subject that is too long, a line break in a header, or HTML that a client would clip.
    """
    message = EmailMessage(policy=POLICY)
    _set_headers(message, view, headers)
    message.set_content(render_text(view), subtype="plain", charset="utf-8", cte="quoted-printable")
    message.add_alternative(render_html(view), subtype="html", charset="utf-8", cte="quoted-printable")
    html = message.get_payload(1)
    assert isinstance(html, EmailMessage)
    for chart in view.charts:
        html.add_related(
            chart.png(), "image", "png", cid=f"<{_cid(chart)}>", filename=f"{chart.id}.png", disposition="inline"
        )
    message["Content-Language"] = one_line("lang", view.lang)
    set_boundaries(message, headers.edition)
    return message.as_bytes()


def render_text(view: MailView) -> str:
    """Return the text part, wrapped at 72 characters; it says everything that the HTML says."""
    template = _environment().get_template("body.txt.j2")
    longest = max(map(len, mail_text.wrap(view.headline).splitlines()), default=0)
    return template.render(view=view, dated=cutoff.told(view.day), simulated_note=SIMULATED, underline=longest)


def render_html(view: MailView) -> str:
    """Return the HTML part with inlined styles; raises MailError from 90,000 bytes on."""
    html = (
        _environment()
        .get_template("body.html.j2")
        .render(
            view=view,
            dated=cutoff.told(view.day),
            charts=[(chart, _cid(chart)) for chart in view.charts],
            light=theme.LIGHT,
            dark=theme.DARK,
            font=theme.BODY_STACK,
            simulated_note=SIMULATED,
            preheader_pad=" \u200c" * max(0, 100 - len(view.preheader)),
        )
    )
    inlined = _inliner().inline(html)
    if len(inlined.encode()) >= HTML_LIMIT:
        raise MailError(f"the HTML part has {len(inlined.encode())} bytes; from {HTML_LIMIT} on mail clients clip it")
    return inlined


def render_correction(kind: str, edition: Edition, changes: Sequence[Change], n_more: int) -> str:
    """Return what stands first in a correction, for the text or the HTML part: which facts changed, before → after."""
    title = (
        f"Correction, revision {edition.revision}: this replaces the mail of {numbers.day(edition.day)} sent before."
    )
    name = "correction.txt.j2" if kind == "plain" else "correction.html.j2"
    told = _environment().get_template(name).render(title=title, changes=changes, n_more=n_more)
    return told if kind == "plain" else _inliner().inline_fragment(told, css=_notice_css())


def mark(message: EmailMessage, edition: Edition, subject: str, unsubscribe: str | None) -> None:
    """Put an edition's own headers in the place of those that a mail has."""
    for name, value in {"Subject": subject, **_of_edition(edition, unsubscribe)}.items():
        del message[name]
        if value is not None:
            message[name] = one_line(name, value)


def edition_of(eml: bytes) -> Edition:
    """Read back which edition a mail is; raises MailError if it was not made here."""
    head = eml.split(b"\r\n\r\n", 1)[0].decode("ascii", "replace")
    for line in head.split("\r\n"):
        name, _, value = line.partition(": ")
        if name == EDITION_HEADER:
            day, list_name, revision = value.split(" ")
            return Edition(date.fromisoformat(day), list_name, int(revision.removeprefix("r")))
    raise MailError(f"the mail has no {EDITION_HEADER} header")


def one_line(name: str, value: str) -> str:
    """Return the value unless it could start another header; raises MailError that names the header only."""
    if any(character in value for character in "\r\n\0\v\f\x1c\x1d\x1e\x85\u2028\u2029"):
        raise MailError(f"{name} has a line break or a control character in it")
    return value


def _set_headers(message: EmailMessage, view: MailView, headers: MailHeaders) -> None:
    if not 0 < len(view.subject) <= SUBJECT_LIMIT:
        raise MailError(f"the subject has {len(view.subject)} characters; 1 to {SUBJECT_LIMIT} are allowed")
    if headers.date.tzinfo is None:
        raise MailError("Date needs a time zone")
    edition = headers.edition
    values = {
        "Subject": view.subject,
        "From": headers.sender,
        "To": headers.to,
        "Reply-To": headers.reply_to,
        "Date": format_datetime(headers.date),
        "Auto-Submitted": "auto-generated",
        **_of_edition(edition, headers.list_unsubscribe),
    }
    for name, value in values.items():
        if value is not None:
            message[name] = one_line(name, value)


def _of_edition(edition: Edition, unsubscribe: str | None) -> dict[str, str | None]:
    return {
        "Message-ID": edition.message_id(),
        EDITION_HEADER: edition.key(),
        "List-Id": f"<{edition.list_name}.{_IDS}>",
        "List-Unsubscribe": f"<{unsubscribe}>" if unsubscribe else None,
    }


def _notice_css() -> str:
    font = f"font-family: {theme.BODY_STACK}"
    return (
        f".warn {{ margin: 0; {font}; font-size: 14px; line-height: 20px; font-weight: 700; color: {theme.LIGHT.warn_text}; }}"
        f".note {{ margin: 6px 0 0; {font}; font-size: 13px; line-height: 18px; color: {theme.LIGHT.muted}; }}"
    )


def set_boundaries(message: EmailMessage, edition: Edition) -> None:
    """Fix the boundaries that would otherwise be random."""
    digest = hashlib.sha256(edition.key().encode()).hexdigest()[:24]
    multiparts = [part for part in message.walk() if part.is_multipart()]
    for number, part in enumerate(multiparts):
        part.set_boundary(f"=_tidemark_{number}_{digest}")


def _cid(chart: Chart) -> str:
    return f"{chart.id}@{_IDS}"


@house.once_a_look
def _environment() -> Environment:
    environment = house.environment("mail", lambda name: name is not None and name.endswith(".html.j2"))
    environment.filters.update(wrap=mail_text.wrap, bullet=mail_text.bullet, aligned=mail_text.aligned)
    return environment


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False)
