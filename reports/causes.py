"""Words that state a cause, which no market data shows: no sentence of a recap has them, whoever wrote it.

What belongs here: the words. What does not: who is told of them (lint.py, events.py).
"""

import re

_WORDS = ("because", "triggered", "due to", "caused", "led to", "sparked", "thanks to", "prompted")
_STATED = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)


def stated(text: str) -> list[str]:
    """Return the words of a text that state a cause, as they stand there."""
    return _STATED.findall(text)
