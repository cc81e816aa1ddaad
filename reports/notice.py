"""A short mail of plain text that is no recap: made here, sent by deliver.py with the same guarantee of at most once.

What belongs here: its headers and its form. What does not: what it says.
"""

from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from reports.mail import EDITION_HEADER, Edition, one_line


def build(edition: Edition, subject: str, text: str, at: datetime) -> bytes:
    """Return the mail; `deliver.send` sets sender and recipient. Raises MailError for a subject of more than a line."""
    message = EmailMessage(policy=policy.SMTP)
    message["Subject"] = one_line("Subject", subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = edition.message_id()
    message["Auto-Submitted"] = "auto-generated"
    message[EDITION_HEADER] = edition.key()
    message.set_content(text, cte="quoted-printable")
    return message.as_bytes()
