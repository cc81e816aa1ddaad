"""A real SMTP relay on loopback, with a handler that tests can make refuse, defer or fall silent."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from reports.deliver import SmtpSettings
from tests.ports import free_port

USER, PASSWORD = "recap", "correct-horse-battery"


@dataclass
class Inbox:
    """What arrived, and what the relay answers next to RCPT and DATA (then 250)."""

    received: list[tuple[list[str], bytes]] = field(default_factory=list)
    rcpt_answers: list[str] = field(default_factory=list)
    data_answers: list[str] = field(default_factory=list)
    connections: int = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt_answers:
            return self.rcpt_answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.data_answers.pop(0) if self.data_answers else "250 OK"
        if answer.startswith("250") or answer == "silence":
            self.received.append((list(envelope.rcpt_tos), bytes(envelope.original_content or b"")))
        if answer == "silence":
            assert server.transport is not None
            server.transport.abort()
        return answer


@dataclass
class Relay:
    """A running relay: where it is, what it got, and the context that trusts it."""

    inbox: Inbox
    smtp: SmtpSettings
    context: ssl.SSLContext | None = None


@contextmanager
def running(tls: str, authority: trustme.CA, **smtp: Any) -> Iterator[Relay]:
    """Start a relay on a free port; with `starttls` or `tls` it has a certificate and asks for a login."""
    inbox, port = Inbox(), free_port()
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **_server_options(tls, authority))
    controller.start()
    try:
        settings = {"host": "127.0.0.1", "port": port, "tls": tls, "sender": "Tidemark <recap@example.org>", **smtp}
        yield Relay(inbox, SmtpSettings(**settings), trusting)
    finally:
        controller.stop()


def _server_options(tls: str, authority: trustme.CA) -> dict[str, Any]:
    if tls == "none":
        return {}
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server)
    login = {"auth_required": True, "authenticator": _authenticate}
    if tls == "tls":
        return {"ssl_context": server, "auth_require_tls": False, **login}
    return {"tls_context": server, "require_starttls": True, **login}


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=data == right, handled=False)
