"""A second reading of a dump, by plain Python: what each line holds, and whether it must, may or must not be kept.

The translation to the lake's columns is the feed's own SQL and the rules are the dataset's, asked of one line at a time; how bytes
become values is written here once more, with `csv` and `json`.
"""

import csv
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from orchestration.feeds.contract import JsonDocument, JsonLines, Reader, Table
from tests.fuzz.values import PLAIN, SPECIAL, Verdict, documents, loads, told, typed

# Lines of a megabyte are tried, and the limit of the landing is of the whole line.
csv.field_size_limit(1 << 24)
Row = dict[str, Any]


@dataclass
class Line:
    """A line of a file, or a record of a document, by its number; `values` are those of the reader's columns."""

    number: int
    verdict: Verdict = Verdict.GOOD
    values: Row = field(default_factory=dict)


class Unreadable(Exception):
    """The file as a whole must be quarantined."""


def lines(reader: Reader, plain: bytes, used: set[str]) -> list[Line]:
    """Every line that holds a row, in order; `used` names the columns that the lake takes something from.

    Raises Unreadable where no line of the file may be kept.
    """
    if not plain:
        raise Unreadable("empty")
    if isinstance(reader, Table):
        return list(_of_csv(reader, plain, used))
    if isinstance(reader, JsonLines):
        return list(_of_json_lines(reader, plain))
    return _of_document(reader, plain)


def _of_csv(reader: Table, plain: bytes, used: set[str]) -> Iterator[Line]:
    raw = plain.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    found = _header(reader, raw[0])
    columns, first = (found, 1) if found else (list(reader.columns), 0)
    for number, bytes_ in enumerate(raw[first:], first + 1):
        bytes_ = bytes_.rstrip(b"\r")
        if bytes_:
            yield _csv_line(reader, columns, number, bytes_, used)


def _header(reader: Table, bytes_: bytes) -> list[str] | None:
    """Columns in the file's order, names that are not ours as they stand; None for a file without a header."""
    text = bytes_.rstrip(b"\r").decode("utf-8", "replace")
    if text.count('"') % 2 or _is_open(text, reader.delimiter) or "\r" in text or not text:
        raise Unreadable("first line")
    names = [name.strip() for name in next(csv.reader([text], delimiter=reader.delimiter))]
    known = {name.lower(): name for name in reader.columns}
    known |= {alias.lower(): name for name, aliases in reader.aliases.items() for alias in aliases}
    ours = [known.get(name.lower(), f"?{n}") for n, name in enumerate(names)]
    known_here = [name for name in ours if name in reader.columns]
    if not known_here:
        if reader.headless or any(PLAIN.fullmatch(name) or SPECIAL.fullmatch(name) for name in names):
            return None
        raise Unreadable("unknown header")
    if len(set(known_here)) < len(known_here) or set(reader.columns) - set(known_here) - reader.optional:
        raise Unreadable("header")
    return ours


def _csv_line(reader: Table, columns: Sequence[str], number: int, bytes_: bytes, used: set[str]) -> Line:
    line = Line(number, values=dict.fromkeys(reader.columns))
    if bytes_.count(b'"') % 2 or b"\r" in bytes_:
        return Line(number, Verdict.BAD)
    text = bytes_.decode("utf-8", "replace")
    if _is_open(text, reader.delimiter):
        return Line(number, Verdict.BAD)
    if "\0" in text or "\N{REPLACEMENT CHARACTER}" in text:
        line.verdict = Verdict.EITHER
    if re.search(r'[^,"]"|"[^,"]', re.sub(r'(?:^|(?<=,))"(?:[^"]|"")*"(?=,|$)', "", text)):
        line.verdict = Verdict.EITHER  # a quote within a field, or words beside one
    cells = next(csv.reader([text], delimiter=reader.delimiter))
    if len(cells) > len(columns) or (len(cells) < len(columns) and not reader.ragged):
        return Line(number, Verdict.BAD)
    for name, cell in zip(columns, cells, strict=False):
        if name in used and "\N{REPLACEMENT CHARACTER}" in cell:
            return Line(number, Verdict.BAD)
        if name in reader.columns:
            line.values[name], verdict = typed(cell or None, reader.columns[name])
            if name not in used and verdict:
                line.values[name], verdict = None, Verdict.EITHER
            line.verdict = max(line.verdict, verdict)
    return line


def _is_open(text: str, delimiter: str) -> bool:
    """Whether a field that begins with a quote, blanks aside, lacks the quote that ends it or has another behind that."""
    rest = text
    while rest:
        field = rest.lstrip(" ")
        if field.startswith('"'):
            inside = re.match(r'"((?:""|[^"])*)', field)
            behind = field[inside.end() :] if inside else ""
            if not behind or '"' in behind[1:].partition(delimiter)[0]:
                return True
            field = behind[1:]
        rest = field.partition(delimiter)[2]
    return False


def _of_json_lines(reader: JsonLines, plain: bytes) -> Iterator[Line]:
    for number, bytes_ in enumerate(plain.split(b"\n"), 1):
        text = bytes_.rstrip(b"\r").decode("utf-8", "replace")
        if not text:
            continue
        try:
            document = loads(text)
        except ValueError:
            yield Line(number, Verdict.BAD)
            continue
        except RecursionError:
            document = {}  # too deep for this reader, and none of ours is so deep: an object without them
        if reader.records is None:
            yield _record(reader.columns, number, document)
            continue
        found = at(document, reader.records.removesuffix("[*]"))
        if not isinstance(found, list):
            yield Line(number, Verdict.BAD)
            continue
        for record in found:
            line = _record(reader.columns, number, record)
            # Several records share the line's number: what is no value stands for nothing.
            yield Line(number, Verdict.GOOD, line.values)


def _of_document(reader: JsonDocument, plain: bytes) -> list[Line]:
    try:
        found = documents(plain.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise Unreadable("no JSON") from None
    outer = reader.records.partition("[*]")[0]
    if not all(isinstance(at(document, outer), list) for document in found):
        raise Unreadable("no list of records")
    records = [record for document in found for record in each(document, reader.records)]
    return [_record(reader.columns, number, record) for number, record in enumerate(records, 1)]


def _record(columns: Mapping[str, tuple[str, str]], number: int, record: Any) -> Line:
    line = Line(number)
    for name, (path, type_) in columns.items():
        value = at(record, path)
        text = str(value) if isinstance(value, str) else None if value is None else json.dumps(told(value))
        line.values[name], verdict = typed(text if text or type_ == "VARCHAR" else None, type_)
        line.verdict = max(line.verdict, verdict)
    return line


def each(value: Any, path: str) -> list[Any]:
    """All that a path with `[*]` points to."""
    found = [value]
    for name, place in re.findall(r"\.(\w+)|\[(\*|\d+)\]", path):
        if place == "*":
            found = [item for each_ in found if isinstance(each_, list) for item in each_]
        else:
            found = [_step(item, name, place) for item in found]
    return found


def at(value: Any, path: str) -> Any:
    """What a path points to, or None."""
    return each(value, path)[0]


def _step(value: Any, name: str, place: str) -> Any:
    if name:
        return value.get(name) if isinstance(value, dict) else None
    return value[int(place)] if isinstance(value, list) and int(place) < len(value) else None


def is_sane(value: Any, day: date) -> bool:
    """Finite and far from overflow, or of the day."""
    if isinstance(value, float):
        return math.isfinite(value) and abs(value) < 1e30
    return value.date() == day if isinstance(value, datetime) else True
