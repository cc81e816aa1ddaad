"""Text that leaves the machine, without what should not: the secrets of the settings and of addresses."""

import os
import re

from orchestration.feeds.catalog import FEEDS
from orchestration.settings import Settings

_HIDDEN = "********"
_USER = re.compile(r"(?<=://)[^/\s@]+@")
_QUERY = re.compile(r"(?i)\b((?:[\w-]*(?:key|token|secret|password|signature|auth)[\w-]*)=)[^&\s\"']+")


def redacted(text: str, settings: Settings) -> str:
    """Hide every secret that is known here, users and passwords in addresses, and parameters that are named like one."""
    for secret in _secrets(settings):
        text = text.replace(secret, _HIDDEN)
    return _QUERY.sub(rf"\1{_HIDDEN}", _USER.sub(f"{_HIDDEN}@", text))


def _secrets(settings: Settings) -> list[str]:
    own = [settings.mail.password, settings.notify.secret, settings.notify.webhook, settings.postgres.password]
    keys = [os.environ.get(feed.key.variable) for feed in FEEDS if feed.key]
    known = {*(each.get_secret_value() for each in own if each), *(key for key in keys if key)}
    return sorted(known, key=len, reverse=True)
