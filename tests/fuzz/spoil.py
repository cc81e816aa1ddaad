"""Everything known that can be wrong with a dump: with a value, with the text of a file, with how it is packed."""

import random
import re
from collections.abc import Callable, Mapping

from orchestration.feeds.contract import Table
from tests.fuzz.forge import Mould
from tests.fuzz.written import Cells, written

VALUES: Mapping[str, str | None] = {
    "nothing": None,
    "a blank": " ",
    "a word": "x",
    "NaN": "NaN",
    "infinity": "inf",
    "minus infinity": "-Infinity",
    "too much for a sum": "1e308",
    "more than a double": "1e400",
    "a price beyond any": "1e29",
    "a trace": "1e-300",
    "negative": "-1",
    "zero": "0",
    "beyond 64 bits": "99999999999999999999",
    "the largest integer": "9223372036854775807",
    "half of one": "1.5",
    "a count with a fraction of nothing": "60.0",
    "digits in groups": "1_000",
    "hexadecimal": "0x10",
    "blanks around": " 5 ",
    "an exponent": "1e3",
    "digits of another script": "１２３",
    "a decimal comma": "1,5",
    "a truth": "true",
    "a word for nothing": "null",
    "another day": "2026-03-01 00:00:00",
    "a day in milliseconds": "1772323200000",
    "now in seconds": "1769850000",
    "now in milliseconds": "1769850000000",
    "now in microseconds": "1769850000000000",
    "now in nanoseconds": "1769850000000000000",
    "an instant with a zone": "2026-01-31T10:00:00+05:00",
    "no instant": "2026-13-45 99:00:00",
    "the end of all days": "infinity",
    "HTML": "<img src=x onerror=alert(1)>",
    "SQL": "'; drop table judged; --",
    "a template": "{{ 7 * 7 }}{% raw %}",
    "a formula": '=HYPERLINK("http://x","y")',
    "a shell": "$(touch /tmp/x)`id`",
    "a path": "../../../etc/passwd",
    "a line in a line": "a\nb",
    "a carriage return": "a\rb",
    "a terminal's code": "\x1b[2J\x1b]0;x\x07",
    "a separator of DuckDB's": "a\x01b",
    "text turned round": "\u202eTDSU",
    "a venue of nobody": "NOBODY-PERP",
    "very long": "9" * 5000,
}


def with_values(mould: Mould, rows: list[Cells], values: Mapping[int, tuple[int, str | None]]) -> bytes:
    """The file with one value replaced in each of some rows; `values` gives by row which one, and by what."""
    slots = list(mould.forms)
    changed = [dict(cells) for cells in rows]
    for row, (slot, value) in values.items():
        changed[row % len(rows)][slots[slot % len(slots)]] = value
    return written(mould.feed, changed)


def all_values(mould: Mould, rows: list[Cells], shift: int) -> bytes:
    """The file with every spoilt value in it, each in a row of its own; `shift` says in which columns."""
    return with_values(mould, rows, {n: (n + shift, value) for n, value in enumerate(VALUES.values()) if n < len(rows)})


Text = Callable[[Mould, bytes], bytes]


def _lines(change: Callable[[list[bytes]], list[bytes]]) -> Text:
    return lambda _, plain: b"\n".join(change(plain.split(b"\n")))


def _reordered(mould: Mould, plain: bytes) -> bytes:
    reader = mould.feed.reader
    if not isinstance(reader, Table) or reader.headless:
        return plain
    rows = [line.split(b",") for line in plain.rstrip(b"\n").split(b"\n")]
    return b"\n".join(b",".join(reversed(row)) for row in rows) + b"\n"


def _renamed(mould: Mould, plain: bytes) -> bytes:
    header, _, rest = plain.partition(b"\n")
    return header.replace(b",", b"s,", 1) + b"\n" + rest


def _all_quoted(mould: Mould, plain: bytes) -> bytes:
    if not isinstance(mould.feed.reader, Table) or b'"' in plain:
        return plain
    return re.sub(rb"[^,\n]+", lambda found: b'"' + found[0] + b'"', plain)


def _one_more_column(mould: Mould, plain: bytes) -> bytes:
    if not isinstance(mould.feed.reader, Table):
        return plain
    head, *rest = plain.rstrip(b"\n").split(b"\n")
    return b"\n".join([head + b",added", *(line + b",7" for line in rest)]) + b"\n"


def _middle(lines: list[bytes], change: Callable[[bytes], bytes]) -> list[bytes]:
    at = len(lines) // 2
    return [*lines[:at], change(lines[at]), *lines[at + 1 :]]


# Flaws that leave a sound file of plain lines.
HARMLESS = (
    "untouched",
    "only its first line",
    "a byte order mark",
    "no end of the last line",
    "blank lines",
    "without its first line",
    "empty",
)
# Digits that no packer makes small: what does not look like a bomb is to be read.
_MEGABYTE = random.Random(0).randbytes(500_000).hex().translate(str.maketrans("abcdef", "012345")).encode()
_DEEP = b'{"a":' * 3000 + b"1" + b"}" * 3000

TEXTS: Mapping[str, Text] = {
    "untouched": lambda _, plain: plain,
    "empty": lambda _, plain: b"",
    "a blank first line": lambda _, plain: b"\n" + plain,
    "only its first line": _lines(lambda lines: [lines[0], b""]),
    "without its first line": _lines(lambda lines: lines[1:]),
    "its first line twice": _lines(lambda lines: [lines[0], *lines]),
    "columns in another order": _reordered,
    "a column renamed": _renamed,
    "a column added": _one_more_column,
    "header in capitals": _lines(lambda lines: [lines[0].upper(), *lines[1:]]),
    "header with blanks": _lines(lambda lines: [lines[0].replace(b",", b" , "), *lines[1:]]),
    "a byte order mark": lambda _, plain: b"\xef\xbb\xbf" + plain,
    "UTF-16": lambda _, plain: plain.decode().encode("utf-16"),
    "CRLF": lambda _, plain: plain.replace(b"\n", b"\r\n"),
    "CRLF in one line": _lines(lambda lines: _middle(lines, lambda line: line + b"\r")),
    "CR alone": lambda _, plain: plain.replace(b"\n", b"\r"),
    "no end of the last line": lambda _, plain: plain.rstrip(b"\n"),
    "all quoted": _all_quoted,
    "every line twice": _lines(lambda lines: [line for line in lines for _ in (0, 1)]),
    "blank lines": _lines(lambda lines: [lines[0], *(each for line in lines[1:] for each in (line, b""))]),
    "a line cut": _lines(lambda lines: _middle(lines, lambda line: line[: len(line) // 2])),
    "the end cut": lambda _, plain: plain[: len(plain) - len(plain) // 9 - 3],
    "a field more": _lines(lambda lines: _middle(lines, lambda line: line + b",1")),
    "an open quote": _lines(lambda lines: _middle(lines, lambda line: line.replace(b",", b',"', 1))),
    "a quote in a field": _lines(lambda lines: _middle(lines, lambda line: line.replace(b"1", b'1""1', 1))),
    "bytes that are no UTF-8": _lines(lambda lines: _middle(lines, lambda line: line.replace(b"1", b"\xff", 1))),
    "a NUL": _lines(lambda lines: _middle(lines, lambda line: line.replace(b"1", b"\x00", 1))),
    "NULs at the end": lambda _, plain: plain + b"\x00" * 64,
    "a page instead": lambda _, plain: b"<!DOCTYPE html>\n<html><body>404, not found</body></html>\n",
    "an error instead": lambda _, plain: b'{"code": 50011, "msg": "Too Many Requests", "data": []}\n',
    "another delimiter": lambda _, plain: plain.replace(b",", b";"),
    "JSON without end": lambda _, plain: plain + b'{"a": [',
    "JSON that goes deep": _lines(lambda lines: _middle(lines, lambda line: _DEEP)),
    "a list where an object stands": _lines(lambda lines: _middle(lines, lambda line: b"[" + line + b"]")),
    "numbers without quotes and words with": _lines(lambda lines: _middle(lines, lambda line: line.replace(b'"', b""))),
    "a megabyte in a line": _lines(lambda lines: _middle(lines, lambda line: line + _MEGABYTE)),
}


def is_for_parquet(plain: bytes) -> bool:
    """Whether the text is still a table that Parquet can hold."""
    try:
        rows = plain.decode().removesuffix("\n").split("\n")
    except UnicodeDecodeError:
        return False
    names = rows[0].lower().split(",")
    is_named = len({*names}) == len(names) and all(name == name.strip(" \ufeff") for name in names)
    is_even = is_named and all(rows) and len({row.count(",") for row in rows}) == 1
    return is_even and not any(c in plain for c in b'\x00"\r')
