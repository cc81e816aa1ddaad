"""JSON as a file: an item of a list a line, so that it can be searched and compared by line.

What belongs here: the layout. What does not: what is in a document. `json.dumps` with an indent takes six times as long.
"""

import json
from collections.abc import Mapping
from typing import Any

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def to_json(document: Mapping[str, Any]) -> str:
    """Return a document with its members, and the items of those that are lists, on lines of their own."""
    return "{\n" + ",\n".join(f"{_encode(name)}: {_value(value)}" for name, value in document.items()) + "\n}\n"


def _value(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return _encode(value)
    return "[\n" + ",\n".join(map(_encode, value)) + "\n]"
