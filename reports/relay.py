"""The conversation with an SMTP relay: connecting, securing, logging in, handing over one mail.

What belongs here: SMTP and TLS, what an answer means, keeping the password out of every message. What does not: who
gets a mail and whether it was sent before (deliver.py).
"""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from ipaddress import ip_address
from types import TracebackType
from typing import Literal

from pydantic import SecretStr

Judgement = Literal["accepted", "refused", "deferred"]
Answer = Judgement | Literal["unknown"]
PAUSES_S = (1.0, 4.0, 15.0)
"""Waits between attempts, in seconds; greylisting relays that want more are served by the next call."""


class DeliveryError(RuntimeError):
    """The relay could not be used at all; the message never holds a secret."""


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """How to reach the relay; the password shows in no repr."""

    host: str
    port: int = 587
    tls: Literal["none", "starttls", "tls"] = "starttls"
    user: str | None = None
    password: SecretStr | None = None
    sender: str = "tidemark@localhost"
    reply_to: str | None = None
    timeout_s: float = 30.0


class Relay:
    """A connection that is opened when it is first needed and again after a failure."""

    def __init__(self, smtp: SmtpSettings, context: ssl.SSLContext | None, pause: Callable[[float], None]) -> None:
        self.smtp = smtp
        self._context = context
        self._pause = pause
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> "Relay":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def hand_over(self, content: bytes, recipient: str) -> tuple[Answer, str]:
        """Hand the mail over once and return how the relay answered, in a word and in its own words."""
        answer, reply = _converse(self.connect(), content, parseaddr(self.smtp.sender)[1], recipient)
        if answer != "accepted":
            self._leave()
        return answer, _without_secret(self.smtp, reply)

    def rest(self, seconds: float) -> None:
        """Wait before another attempt."""
        self._pause(seconds)

    def connect(self) -> smtplib.SMTP:
        """Return the open connection, or open, secure and log in to one; DeliveryError if that cannot be done."""
        for seconds in (*PAUSES_S, None):
            if self._connection is not None:
                break
            try:
                self._connection = _connect(self.smtp, self._context)
            except (OSError, smtplib.SMTPException) as error:
                if seconds is None or not _is_temporary(error):
                    raise DeliveryError(_explain(self.smtp, error)) from None
                self._pause(seconds)
        assert self._connection is not None
        return self._connection

    def _leave(self) -> None:
        if self._connection is not None:
            try:
                self._connection.quit()
            except (OSError, smtplib.SMTPException):
                self._connection.close()
            self._connection = None


def _converse(connection: smtplib.SMTP, content: bytes, sender: str, recipient: str) -> tuple[Answer, str]:
    """Speak MAIL, RCPT and DATA; once the content may have been handed over, silence means `unknown`."""
    try:
        for reply in (connection.mail(sender), connection.rcpt(recipient)):
            if not 200 <= reply[0] < 300:
                return _judged(*reply)
    except (OSError, smtplib.SMTPException) as error:
        return "deferred", type(error).__name__
    try:
        return _judged(*connection.data(content))
    except smtplib.SMTPDataError as error:
        return _judged(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        return "unknown", type(error).__name__


def _judged(code: int, words: bytes | str) -> tuple[Judgement, str]:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    reply = f"{code} {' '.join(text.split())}"
    return ("accepted" if 200 <= code < 300 else "deferred" if 400 <= code < 500 else "refused"), reply


def _connect(smtp: SmtpSettings, context: ssl.SSLContext | None) -> smtplib.SMTP:
    if smtp.tls == "none" and smtp.password is not None and not _is_loopback(smtp.host):
        raise DeliveryError("a password is not sent without TLS; set tls to starttls or tls")
    secure = context or ssl.create_default_context()
    name = parseaddr(smtp.sender)[1].rpartition("@")[2]
    hello = name if "." in name else "[127.0.0.1]"
    connection = (
        smtplib.SMTP_SSL(smtp.host, smtp.port, hello, timeout=smtp.timeout_s, context=secure)
        if smtp.tls == "tls"
        else smtplib.SMTP(smtp.host, smtp.port, hello, timeout=smtp.timeout_s)
    )
    try:
        connection.ehlo_or_helo_if_needed()
        if smtp.tls == "starttls":
            connection.starttls(context=secure)
        if smtp.user is not None and smtp.password is not None:
            connection.login(smtp.user, smtp.password.get_secret_value())
    except BaseException:
        connection.close()
        raise
    return connection


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_temporary(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPResponseException):
        return 400 <= error.smtp_code < 500
    permanent = (ssl.SSLCertVerificationError, smtplib.SMTPNotSupportedError)
    return not isinstance(error, permanent)


def _explain(smtp: SmtpSettings, error: Exception) -> str:
    where = f"{smtp.host}:{smtp.port} ({smtp.tls})"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{where}: {_without_secret(smtp, _judged(error.smtp_code, error.smtp_error)[1])}"
    return f"{where}: {_without_secret(smtp, str(error) or type(error).__name__)}"


def _without_secret(smtp: SmtpSettings, text: str) -> str:
    secret = smtp.password.get_secret_value() if smtp.password else ""
    return text.replace(secret, "********") if secret else text
