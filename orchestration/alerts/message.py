"""What an alert says, as text and as JSON."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Alert:
    """A subject, a few lines, and the same as fields for machines."""

    kind: str
    subject: str
    lines: tuple[str, ...]
    fields: dict[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """The body of the mail."""
        return "\n".join((*self.lines, ""))

    def to_json(self) -> bytes:
        """The body of the webhook's request: the same bytes for the same alert."""
        body = {"kind": self.kind, "subject": self.subject, "text": self.text(), **self.fields}
        return json.dumps(body, ensure_ascii=False, sort_keys=True, default=str).encode()


def without(secrets: list[str], text: str) -> str:
    """The text with every secret blotted out, should a library have put one into an error."""
    for secret in secrets:
        text = text.replace(secret, "********")
    return text
