"""Text without the secrets that stand in it by their form: users and passwords of addresses, parameters that are named like keys."""

import logging
import re

HIDDEN = "********"
_USER = re.compile(r"(?<=://)[^/\s@]+@")
_QUERY = re.compile(r"(?i)\b((?:[\w-]*(?:key|token|secret|password|signature|auth)[\w-]*)=)[^&\s\"']+")

# At INFO httpx writes each address as it was asked, with the user, password and parameters that stand in it.
logging.getLogger("httpx").setLevel(logging.WARNING)


def without_secrets(text: str) -> str:
    """The text as it may be shown, written down and published."""
    return _QUERY.sub(rf"\1{HIDDEN}", _USER.sub(f"{HIDDEN}@", text))
