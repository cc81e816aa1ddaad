"""A signed webhook: what a receiver checks, what is asked again, and what is never told."""

import base64
import hashlib
import hmac
import time
from typing import Any

import pytest
from pydantic import SecretStr

from orchestration.alerts.webhook import WebhookError, deliver, signature
from orchestration.redaction import redacted
from orchestration.settings import Settings
from tests.alerts.hook import Hook

BODY = {"text": "$2.00B · über"}


def test_a_receiver_verifies_it_with_the_shared_secret(settings: Settings, hook: Hook) -> None:
    deliver(settings.notify, "2026-01-31_over-1b_r1", BODY)
    ((headers, body),) = hook.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(b"shared-by-two", signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert "über".encode() in body


def test_the_signature_is_that_of_the_specification_s_example() -> None:
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("answers", "n_asked", "fails"),
    [([503, 429], 3, None), ([500] * 3, 3, "HTTP 500"), ([400], 1, "HTTP 400"), ([307], 1, "HTTP 307")],
)
def test_only_what_may_pass_is_asked_again(
    settings: Settings, hook: Hook, answers: list[int], n_asked: int, fails: str | None
) -> None:
    hook.answers = answers
    if fails is None:
        deliver(settings.notify, "id", BODY)
    else:
        with pytest.raises(WebhookError, match=rf"^127\.0\.0\.1: {fails}$"):
            deliver(settings.notify, "id", BODY)
    assert len(hook.got) == n_asked


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"secret": None}, "set TIDEMARK_WEBHOOK_SECRET"), ({"secret": SecretStr("whsec_!")}, "no Base64")],
)
def test_nothing_is_sent_that_cannot_be_signed(
    settings: Settings, hook: Hook, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(WebhookError, match=said):
        deliver(settings.notify.model_copy(update=changes), "id", BODY)
    assert hook.got == []


def test_secrets_are_hidden_wherever_they_stand(settings: Settings) -> None:
    mail = settings.mail.model_copy(update={"password": SecretStr("hunter2")})
    text = "535 hunter2; https://me:pw@host/x?api_key=abc&day=1; whsec_c2hhcmVkLWJ5LXR3bw=="
    assert redacted(text, settings.model_copy(update={"mail": mail})) == (
        "535 ********; https://********@host/x?api_key=********&day=1; ********"
    )
