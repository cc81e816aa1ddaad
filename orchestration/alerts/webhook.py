"""A signed POST, after the Standard Webhooks specification: https://www.standardwebhooks.com (docs/nightly.md tells how to verify).

What belongs here: signing and asking again. What does not: what is sent, and whether it was sent before.
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import stamina

from orchestration.settings import Notify

_LATER = frozenset({408, 409, 425, 429})
_LONGEST_PAUSE_S = 8.0


class WebhookError(Exception):
    """The webhook did not take it; the message names its host only, since its path may be a secret."""


class _TryAgain(WebhookError):
    """Another attempt may help."""


def deliver(notify: Notify, message_id: str, body: Mapping[str, Any]) -> None:
    """POST `body` as JSON, signed anew at each of at most `notify.attempts` attempts. Redirects are not followed.

    Raises WebhookError without a secret to sign with, or when no attempt was answered with 2xx.
    """
    key = _key(notify)
    content = json.dumps(body, ensure_ascii=False, sort_keys=True, allow_nan=False).encode()
    with httpx.Client(timeout=notify.timeout_s, follow_redirects=False) as client:
        for attempt in stamina.retry_context(
            on=_TryAgain, attempts=notify.attempts, timeout=None, wait_initial=0.5, wait_max=_LONGEST_PAUSE_S
        ):
            with attempt:
                _ask(client, notify, key, message_id, content)


def signature(key: bytes, message_id: str, timestamp: int, content: bytes) -> str:
    """`v1,` and the Base64 of HMAC-SHA256 over `<id>.<timestamp>.<content>`; the timestamp is in seconds of Unix time."""
    signed = hmac.new(key, f"{message_id}.{timestamp}.".encode() + content, hashlib.sha256)
    return f"v1,{base64.b64encode(signed.digest()).decode()}"


def _ask(client: httpx.Client, notify: Notify, key: bytes, message_id: str, content: bytes) -> None:
    assert notify.webhook is not None
    address, now = notify.webhook.get_secret_value(), int(time.time())
    host = urlsplit(address).hostname
    headers = {
        "content-type": "application/json",
        "user-agent": "tidemark",
        "webhook-id": message_id,
        "webhook-timestamp": str(now),
        "webhook-signature": signature(key, message_id, now, content),
    }
    try:
        status = client.post(address, content=content, headers=headers).status_code
    except httpx.HTTPError as error:
        raise _TryAgain(f"{host}: {type(error).__name__}") from None
    if status in _LATER or status >= 500:
        raise _TryAgain(f"{host}: HTTP {status}")
    if not 200 <= status < 300:
        raise WebhookError(f"{host}: HTTP {status}")


def _key(notify: Notify) -> bytes:
    """The secret's bytes; one that begins with `whsec_` is Base64, as receivers' libraries want it."""
    if notify.secret is None:
        raise WebhookError(
            "nothing to sign with: set TIDEMARK_WEBHOOK_SECRET, or its file in TIDEMARK_WEBHOOK_SECRET_FILE"
        )
    secret = notify.secret.get_secret_value()
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise WebhookError("TIDEMARK_WEBHOOK_SECRET begins with whsec_ but is no Base64 after it") from None
