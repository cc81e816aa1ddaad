"""A list's own copy of a day's mail: the same words and pictures, with the list's headers, its clock, and what was corrected.

What belongs here: what differs between the copies of one mail. What does not: making the mail (mail.py).
"""

from collections.abc import Sequence
from email import message_from_bytes

from reports import cutoff, letter, mail, mail_text
from reports.changes import Change
from reports.mail import Edition, MailError

SHOWN = 8
"""Changes that a correction lists; the others are counted."""
NOTICE = "<!--notice-->"
"""Where the HTML part has room for a correction."""


def of(
    eml: bytes,
    edition: Edition,
    *,
    timezone: str = "UTC",
    unsubscribe: str | None = None,
    changes: Sequence[Change] = (),
) -> bytes:
    """Return the copy for an edition; its subject and first words say so where it corrects an earlier one."""
    message = message_from_bytes(eml, policy=mail.POLICY)
    subject = str(message["Subject"])
    if edition.revision > 1:
        subject = letter.shortened(f"Corrected: {subject}")
    mail.mark(message, edition, subject, unsubscribe)
    for kind in ("plain", "html"):
        part = message.get_body(preferencelist=(kind,))
        if part is None:
            raise MailError(f"the mail has no {kind} part")
        words = str(part.get_content()).replace("\r\n", "\n")
        part.set_content(_told(words, kind, edition, timezone, changes), kind, "utf-8", "quoted-printable")
        del part["MIME-Version"]  # which `set_content` adds to a part, too
    mail.set_boundaries(message, edition)
    return message.as_bytes()


def _told(words: str, kind: str, edition: Edition, timezone: str, changes: Sequence[Change]) -> str:
    dated, own = cutoff.told(edition.day), cutoff.told(edition.day, timezone)
    words = words.replace(dated, mail_text.wrap(own) if kind == "plain" else own, 1)
    if edition.revision == 1:
        return words
    notice = mail.render_correction(kind, edition, changes[:SHOWN], max(0, len(changes) - SHOWN))
    if kind == "plain":
        return f"{notice}\n{words}"
    if NOTICE not in words:
        raise MailError(f"the template mail/body.html.j2 has no {NOTICE}, where a correction goes")
    return words.replace(NOTICE, notice, 1)
