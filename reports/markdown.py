"""Text that Markdown must not read as its own."""

import re


def escaped(text: str) -> str:
    """Keep Markdown from reading a name or a sign as its own; the text becomes one line."""
    return re.sub(r"([\\`*_\[\]<>|#~&])", r"\\\1", " ".join(text.split()))
