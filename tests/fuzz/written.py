"""Cells as the plain text of a feed's dump: CSV, a JSON object a line, or a document."""

import csv
import io
import json
import re
from collections.abc import Sequence
from typing import Any

from orchestration.feeds.contract import Feed, JsonLines, Table

Cells = dict[str, str | None]
"""By column of a table, or by JSON path of a record."""


def written(feed: Feed, rows: Sequence[Cells], header: Sequence[str] | None = None) -> bytes:
    """Lines in the feed's own format."""
    if isinstance(feed.reader, Table):
        out = io.StringIO()
        table = csv.writer(out, lineterminator="\n", delimiter=feed.reader.delimiter)
        if not feed.reader.headless:
            table.writerow(header or feed.reader.columns)
        table.writerows([[row.get(name) for name in feed.reader.columns] for row in rows])
        return out.getvalue().encode()
    records = [_record(feed, row) for row in rows]
    if isinstance(feed.reader, JsonLines):
        if feed.reader.records:
            return b"".join(_dumped(_holding(feed.reader.records, [record])) + b"\n" for record in records)
        return b"".join(_dumped(record) + b"\n" for record in records)
    return _dumped(_holding(feed.reader.records, records)) + b"\n"


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _holding(path: str, records: list[Any]) -> Any:
    """A document that holds the records where the path points to."""
    steps = re.findall(r"\.(\w+)|\[(\*)\]", path)
    found: Any = records
    for name, _ in reversed(steps[:-1]):
        found = {name: found} if name else [found]
    return found


def _record(feed: Feed, cells: Cells) -> Any:
    record: Any = None
    for slot, text in cells.items():
        record = _put(record, re.findall(r"\.(\w+)|\[(\d+)\]", slot), _json_value(text))
    return record


def _put(into: Any, steps: list[tuple[str, str]], value: Any) -> Any:
    if not steps:
        return value
    (name, place), *rest = steps
    if name:
        into = into if isinstance(into, dict) else {}
        return {**into, name: _put(into.get(name), rest, value)}
    found = list(into) if isinstance(into, list) else []
    found += [None] * (int(place) + 1 - len(found))
    found[int(place)] = _put(found[int(place)], rest, value)
    return found


def _json_value(text: str | None) -> Any:
    if text is None:
        return None
    if re.fullmatch(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,6})?|\[\[.*", text):
        return json.loads(text)
    return text
