"""Text that leaves the process, in a log, an error or an alert, without the secrets that this home has."""

import os

from pydantic import SecretStr

from orchestration.feeds.catalog import FEEDS
from orchestration.secrets import HIDDEN, without_secrets
from orchestration.settings import Settings, own_secrets


def redacted(text: str, settings: Settings | None = None) -> str:
    """Hide every secret of the settings and the environment, and those that show by their form in addresses."""
    for secret in _secrets(settings):
        text = text.replace(secret, HIDDEN)
    return without_secrets(text)


def _secrets(settings: Settings | None) -> list[str]:
    own = _of(settings) if settings else []
    keys = [os.environ.get(feed.key.variable) for feed in FEEDS if feed.key]
    known = {*(each.get_secret_value() for each in own if each), *(key for key in keys if key), *own_secrets()}
    return sorted(known, key=len, reverse=True)


def _of(settings: Settings) -> list[SecretStr | None]:
    return [settings.mail.password, settings.notify.secret, settings.notify.webhook, settings.postgres.password]
