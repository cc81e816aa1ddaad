"""Hand a finished mail to an SMTP relay, to each recipient alone, at most once per edition and recipient.

What belongs here: who still needs the mail, and what is tried again. What does not: making the mail (mail.py), the SMTP
conversation (relay.py), the record (sent.py).

Guarantee: *at most once*. The intent is on disk before the conversation starts and the outcome after it. A process that
dies after the relay's acceptance and before the record leaves `started` behind; so does a connection that breaks
after the content was handed over. Such a mail may have arrived, therefore it is not repeated unless `force` says so.
A mail that the relay refused or deferred has certainly not arrived, and the next call tries it again.
"""

import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Literal

from reports.mail import Edition, MailError, edition_of, one_line
from reports.relay import PAUSES_S, DeliveryError, Relay, SmtpSettings
from reports.sent import SETTLED, UNCERTAIN, Ledger

__all__ = ["DeliveryError", "Outcome", "Receipt", "SmtpSettings", "addressed", "send"]

Status = Literal["accepted", "refused", "deferred", "unknown", "sent before", "uncertain before", "dry run"]
_REPLACED = (b"from", b"to", b"reply-to", b"cc", b"bcc")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one recipient's mail, with the relay's words."""

    recipient: str
    status: Status
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an edition; `ok` if no recipient is left without it for certain or perhaps."""

    edition: Edition
    outcomes: tuple[Outcome, ...]

    @property
    def ok(self) -> bool:
        """True if every recipient has it, now or from before (or nothing was to be done)."""
        return all(outcome.status in ("accepted", "sent before", "dry run") for outcome in self.outcomes)

    def with_status(self, *statuses: Status) -> tuple[str, ...]:
        """Return the recipients with one of these outcomes."""
        return tuple(outcome.recipient for outcome in self.outcomes if outcome.status in statuses)


def send(
    eml: bytes,
    smtp: SmtpSettings,
    recipients: Sequence[str],
    *,
    ledger: Path,
    force: bool = False,
    dry_run: bool = False,
    context: ssl.SSLContext | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Receipt:
    """Send a mail made by `reports.mail` and say what became of it, recipient by recipient.

    `ledger` is the folder of records. `force` repeats what may or may not have arrived, never what was accepted.
    A dry run connects to nothing and records nothing. Raises DeliveryError if the relay cannot be reached, secured
    or logged in to, and MailError for a mail or an address that cannot be used.
    """
    edition, addresses = edition_of(eml), _addresses(recipients)
    if dry_run:
        return Receipt(edition, tuple(Outcome(address, "dry run") for address in addresses))
    record = Ledger(ledger, edition)
    with record.locked(), Relay(smtp, context, pause) as relay:
        outcomes = tuple(_send_one(eml, address, relay, record, force) for address in addresses)
    return Receipt(edition, outcomes)


def addressed(eml: bytes, smtp: SmtpSettings, recipient: str) -> bytes:
    """Return the mail with From, Reply-To and To of this delivery; its body stays as it is, byte for byte."""
    head, _, body = eml.partition(b"\r\n\r\n")
    kept = [field for field in _fields(head) if field.split(b":", 1)[0].lower() not in _REPLACED]
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = one_line("From", smtp.sender)
    message["To"] = recipient
    if smtp.reply_to:
        message["Reply-To"] = one_line("Reply-To", smtp.reply_to)
    own = message.as_bytes().rstrip(b"\r\n")
    return b"\r\n".join([own, *kept]) + b"\r\n\r\n" + body


def _send_one(eml: bytes, recipient: str, relay: Relay, record: Ledger, force: bool) -> Outcome:
    state = record.state(recipient)
    if state in SETTLED:
        return Outcome(recipient, "sent before")
    if state in UNCERTAIN and not force:
        return Outcome(recipient, "uncertain before", "started earlier without a recorded outcome")
    content = addressed(eml, relay.smtp, recipient)
    result = _attempt(content, recipient, relay, record)
    for seconds in PAUSES_S:
        if result.status != "deferred":
            break
        relay.rest(seconds)
        result = _attempt(content, recipient, relay, record)
    return result


def _attempt(content: bytes, recipient: str, relay: Relay, record: Ledger) -> Outcome:
    """Try once, with the intent recorded before and the outcome after; an unreachable relay leaves no intent."""
    relay.connect()
    record.record(recipient, "started")
    status, reply = relay.hand_over(content, recipient)
    record.record(recipient, status, reply)
    return Outcome(recipient, status, reply)


def _addresses(recipients: Sequence[str]) -> list[str]:
    """Check and deduplicate; an address is ASCII, with one @ and nothing that could end a line."""
    unique: dict[str, str] = {}
    for recipient in recipients:
        address = parseaddr(one_line("To", recipient))[1]
        local, _, domain = address.rpartition("@")
        if not (local and domain and address.isascii()) or " " in address or "@" in local:
            raise MailError("a recipient is not a plain ASCII mail address")
        unique.setdefault(address.lower(), address)
    return list(unique.values())


def _fields(head: bytes) -> list[bytes]:
    """Split a header block into fields, each with its folded lines."""
    fields: list[bytes] = []
    for line in head.split(b"\r\n"):
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1] += b"\r\n" + line
        else:
            fields.append(line)
    return fields
