"""Which feeds could read a file that lies where none of them looks, by what stands at its beginning."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from orchestration.feeds.contract import Feed, JsonDocument, Reader, Table
from orchestration.landing.errors import UnreadableDump
from orchestration.landing.stage import read
from orchestration.landing.unpack import StagedFile, unpack

_HEAD = 1 << 16
_ENOUGH = 0.5


def readers_of(
    db: duckdb.DuckDBPyConnection, work: Path, file: Path, feeds: Iterable[Feed], most: int = 3
) -> list[Feed]:
    """The feeds whose columns the file has, those that find most of their own first."""
    shares: dict[int, float] = {}
    heads: dict[type, StagedFile | None] = {}
    found: list[tuple[float, Feed]] = []
    for feed in feeds:
        kind = type(feed.reader)
        if kind not in heads:
            heads[kind] = _head(file, work, feed.reader)
        head = heads[kind]
        if head is not None:
            share = shares.setdefault(id(feed.reader), _share_read(db, head, feed.reader))
            found += [(share, feed)] if share else []
    return [feed for _, feed in sorted(found, key=lambda item: -item[0])[:most]]


def _head(file: Path, work: Path, reader: Reader) -> StagedFile | None:
    """The file's first whole lines; all of a JSON document."""
    try:
        staged = unpack(file.resolve(), f"{type(reader).__name__}/{file.name}", work, reader)
    except UnreadableDump:
        return None
    if isinstance(reader, JsonDocument) or staged.path.suffix == ".parquet":
        return staged
    with staged.path.open("rb") as text:
        start = text.read(_HEAD)
    head = work / f"head-{staged.path.name}"
    head.write_bytes(start if len(start) < _HEAD else start[: start.rfind(b"\n") + 1])
    return StagedFile(head, staged.dump_path, has_return=staged.has_return)


def _share_read(db: duckdb.DuckDBPyConnection, head: StagedFile, reader: Reader) -> float:
    """How much of what the reader looks for it finds: filled cells over cells, over all lines."""
    try:
        unread = len(read(db, reader, [head], "probe"))
    except duckdb.Error:
        return 0.0
    needed = [name for name in reader.columns if not isinstance(reader, Table) or name not in reader.optional]
    counts = ", ".join(f'count("{name}")' for name in reader.columns)
    rows, *filled = db.execute(f"select count(*), {counts} from probe").fetchone() or (0,)
    cells = dict(zip(reader.columns, filled, strict=True))
    lines = rows + unread
    is_like = rows and sum(cells[name] for name in needed) >= _ENOUGH * len(needed) * lines
    # A single column, such as `time`, is in too many files to tell of one.
    return sum(filled) / len(filled) / lines if is_like and sum(filled) > lines * 1.5 else 0.0
