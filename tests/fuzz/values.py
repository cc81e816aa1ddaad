"""A text of a cell or of a JSON field as a value of a DuckDB type, by plain Python, and whether it must, may or must not be taken."""

import json
import math
import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import IntEnum
from typing import Any

_INTEGERS = {"BIGINT": 63, "INTEGER": 31}
PLAIN = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
SPECIAL = re.compile(r"(?i)[+-]?(nan|inf|infinity)")


class Verdict(IntEnum):
    """What must become of a line: it is good, it may go either way, or it must not be kept."""

    GOOD = 0
    EITHER = 1
    BAD = 2


class Number(str):
    """A number of JSON as it is written."""


_BLANKS = " \t\r\n"


def loads(text: str) -> Any:
    """JSON whose numbers stay as they are written; what is no JSON by its standard is an error."""

    def refuse(word: str) -> Any:
        raise ValueError(word)

    return json.loads(text.removeprefix("\ufeff"), parse_float=Number, parse_int=Number, parse_constant=refuse)


def documents(text: str) -> list[Any]:
    """JSON documents that stand one after the other, by the same standard: so an endpoint's answers to several requests lie."""
    found, left = [], text.removeprefix("\ufeff").lstrip(_BLANKS)
    while left or not found:
        _, end = json.JSONDecoder().raw_decode(left)
        found.append(loads(left[:end]))
        left = left[end:].lstrip(_BLANKS)
    return found


def told(value: Any) -> Any:
    """A document whose numbers are numbers."""
    if isinstance(value, Number):
        return json.loads(value)
    if isinstance(value, list):
        return [told(item) for item in value]
    return {name: told(item) for name, item in value.items()} if isinstance(value, dict) else value


def typed(text: str | None, type_: str) -> tuple[Any, Verdict]:
    """The value of a cell of a DuckDB type, and what must become of its row for it."""
    if text is None or type_ == "VARCHAR":
        return text, Verdict.GOOD
    if type_ == "JSON":
        return _json(text)
    if not text.isascii():  # Python reads digits of other scripts
        return None, Verdict.BAD
    if type_ in _INTEGERS:
        return _integer(text, _INTEGERS[type_])
    if type_ == "DOUBLE":
        return _double(text)
    return _instant(text, has_zone=type_ == "TIMESTAMPTZ")


def _json(text: str) -> tuple[str | None, Verdict]:
    if SPECIAL.fullmatch(text):
        return None, Verdict.EITHER
    try:
        loads(text)
    except (ValueError, RecursionError):
        return None, Verdict.BAD
    return text, Verdict.GOOD


def _integer(text: str, bits: int) -> tuple[int | None, Verdict]:
    try:
        value = Decimal(int(text, 16) if text.startswith("0x") else text)
    except (InvalidOperation, ValueError):
        return None, Verdict.BAD
    if not value.is_finite() or not -(1 << bits) <= value < 1 << bits:
        return None, Verdict.BAD
    # DuckDB's reader rounds what is told with a fraction.
    return int(value.to_integral_value(ROUND_HALF_UP)), Verdict.GOOD if re.fullmatch(
        r"-?[0-9]+", text
    ) else Verdict.EITHER


def _double(text: str) -> tuple[float | None, Verdict]:
    try:
        value = float(text)
    except ValueError:
        return None, Verdict.BAD
    # What is too much for a double is infinity to DuckDB, and the rules judge it.
    return value, Verdict.GOOD if PLAIN.fullmatch(text) and math.isfinite(value) else Verdict.EITHER


def _instant(text: str, has_zone: bool) -> tuple[datetime | None, Verdict]:
    if SPECIAL.fullmatch(text.strip()) and "n" not in text.strip()[:1].lower():
        return None, Verdict.EITHER
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        return None, Verdict.BAD
    plain = re.fullmatch(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?)?(Z|[+-]\d\d(:?\d\d)?)?", text)
    if value.tzinfo:
        value = value.astimezone(UTC)
        return value if has_zone else value.replace(tzinfo=None), Verdict.GOOD if plain and has_zone else Verdict.EITHER
    return value.replace(tzinfo=UTC) if has_zone else value, Verdict.GOOD if plain else Verdict.EITHER
