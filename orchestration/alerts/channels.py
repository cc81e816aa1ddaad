"""The ways that alerts leave: a plain mail through the relay of `[mail]`, and a POST whose body is signed.

The signature is that of many webhooks: `X-Tidemark-Signature: sha256=` and the hex HMAC-SHA256, keyed with the secret, of the
timestamp header, a full stop and the body. A receiver checks it and refuses old timestamps.
"""

import hashlib
import hmac
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from functools import partial

import httpx
import stamina

from orchestration.alerts.message import Alert
from orchestration.settings import Settings, SettingsError
from reports.mail import one_line
from reports.relay import DeliveryError, Relay, SmtpSettings

Channel = Callable[[Alert], None]
_TIMEOUT_S = 10


class AlertError(RuntimeError):
    """An alert certainly did not leave; the message holds no secret."""


def channels(settings: Settings) -> Iterator[tuple[str, Channel]]:
    """Name and sender of each channel that is set. Raises SettingsError where one lacks what it needs."""
    alerts = settings.alerts
    for recipient in alerts.to:
        if not settings.mail.host:
            raise SettingsError("alerts.to: set [mail] host, the relay that alerts leave by")
        smtp = SmtpSettings(**settings.mail.model_dump(exclude={"to", "lists"}))
        yield f"mail {recipient}", partial(_mail, recipient, smtp)
    if alerts.webhook:
        if not alerts.secret:
            raise SettingsError(
                "alerts.webhook: set TIDEMARK_WEBHOOK_SECRET, or its file in TIDEMARK_WEBHOOK_SECRET_FILE"
            )
        yield "webhook", partial(_post, alerts.webhook, alerts.secret.get_secret_value().encode())


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """Hex HMAC-SHA256 of `<timestamp>.<body>`."""
    return hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _mail(recipient: str, smtp: SmtpSettings, alert: Alert) -> None:
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = one_line("From", smtp.sender)
    message["To"] = one_line("To", recipient)
    message["Subject"] = f"[tidemark] {one_line('Subject', alert.subject)}"
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain="alerts.tidemark.invalid")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(alert.text())
    try:
        with Relay(smtp, None, time.sleep) as relay:
            relay.connect()
            answer, reply = relay.hand_over(message.as_bytes(), recipient)
    except DeliveryError as error:
        raise AlertError(str(error)) from None
    if answer in ("refused", "deferred"):
        raise AlertError(f"{recipient}: {reply}")


def _post(address: str, secret: bytes, alert: Alert) -> None:
    body, timestamp = alert.to_json(), str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "X-Tidemark-Timestamp": timestamp,
        "X-Tidemark-Signature": f"sha256={signature(secret, timestamp, body)}",
    }
    try:
        for attempt in stamina.retry_context(on=_may_pass, attempts=4, timeout=60):
            with attempt:
                httpx.post(address, content=body, headers=headers, timeout=_TIMEOUT_S).raise_for_status()
    except httpx.HTTPStatusError as error:
        raise AlertError(f"webhook: HTTP {error.response.status_code}") from None
    except httpx.HTTPError as error:
        raise AlertError(f"webhook: {type(error).__name__}") from None


def _may_pass(error: Exception) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code == 429 or error.response.status_code >= 500
    return isinstance(error, httpx.TransportError)
