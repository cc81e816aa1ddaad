"""An alert on its way: to the mail addresses and the webhook of `[notify]`, to each once, with the record on disk.

What belongs here: the order of these steps. What does not: what an alert says.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from orchestration.alerts import webhook
from orchestration.redaction import redacted
from orchestration.settings import Settings
from reports import notice
from reports.deliver import DeliveryError, SmtpSettings, send
from reports.mail import Edition, MailError
from reports.sent import SETTLED, Ledger

_MAIL_TIMEOUT_S = 10.0
_HOOK = "webhook"


class AlertError(Exception):
    """An alert could not be made, or did not reach someone; the message holds no secret."""


@dataclass(frozen=True)
class Alert:
    """What is said: once per edition, whose name is the alert's."""

    edition: Edition
    subject: str
    text: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """What the webhook gets."""
        edition = self.edition
        return {
            "id": edition.key().replace(" ", "_"),
            "alert": edition.list_name,
            "day": str(edition.day),
            "revision": edition.revision,
            "subject": self.subject,
            "text": self.text,
            **self.facts,
        }


def post(settings: Settings, alert: Alert) -> str:
    """Send to whoever lacks it; one line says what became of it. The ways are tried each by itself.

    Raises AlertError if one of them failed, after the others were tried.
    """
    ways: dict[str, Callable[[Settings, Alert], str]] = {}
    if settings.notify.webhook:
        ways[_HOOK] = _by_webhook
    if settings.notify.to:
        ways["mail"] = _by_mail
    told, left = [], []
    for name, way in ways.items():
        try:
            told.append(f"{name}: {way(settings, alert)}")
        except (AlertError, webhook.WebhookError, DeliveryError, MailError) as error:
            left.append(f"{name}: {redacted(str(error), settings)}")
    if left:
        raise AlertError("; ".join(f"{alert.edition.key()}: {line}" for line in [*left, *told]))
    return f"{alert.edition.key()}: " + ("; ".join(told) or "told nobody: [notify] names neither `to` nor `webhook`")


def _by_mail(settings: Settings, alert: Alert) -> str:
    mail = settings.mail
    if not mail.host:
        raise AlertError("set [mail] host, the relay, or leave out [notify] to")
    relay = SmtpSettings(
        **{**mail.model_dump(exclude={"to", "lists"}), "timeout_s": min(mail.timeout_s, _MAIL_TIMEOUT_S)}
    )
    eml = notice.build(alert.edition, alert.subject, alert.text, datetime.now(UTC))
    receipt = send(eml, relay, settings.notify.to, ledger=settings.paths.alerts)
    if not receipt.ok:
        left = [each for each in receipt.outcomes if each.status not in ("accepted", "sent before")]
        raise AlertError("; ".join(f"{each.recipient}: {each.status} {each.reply}".rstrip() for each in left))
    return f"sent to {len(receipt.with_status('accepted'))} of {len(receipt.outcomes)}"


def _by_webhook(settings: Settings, alert: Alert) -> str:
    """A webhook is asked until it says that it has it: its own `webhook-id` tells it what it had before."""
    record = Ledger(settings.paths.alerts, alert.edition)
    with record.locked():
        if record.state(_HOOK) in SETTLED:
            return "had it before"
        record.record(_HOOK, "started")
        try:
            webhook.deliver(settings.notify, alert.edition.key().replace(" ", "_"), alert.body())
        except webhook.WebhookError as error:
            record.record(_HOOK, "deferred", str(error))
            raise
        record.record(_HOOK, "accepted")
    return "accepted"
