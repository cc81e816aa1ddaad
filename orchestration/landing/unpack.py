"""From dump files as published to plain files that can be read: zip, gzip and LZ4 within limits, bytes that are text."""

import errno
import hashlib
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

import lz4.frame

from orchestration.feeds.contract import JsonDocument, JsonLines, Reader, Table
from orchestration.landing import inflate
from orchestration.landing.errors import UnreadableDump
from orchestration.landing.side_by_side import side_by_side

# A year of minute bars zips at about 1:4 and JSON at 1:20; far beyond that an archive is a bomb.
MAX_UNPACKED = 16 << 30
MAX_RATIO = 400
# Longest line taken: a forced order has 300 bytes, an order book snapshot some 30 000.
MAX_LINE = 8 << 20


@dataclass(frozen=True)
class StagedFile:
    """A file ready to be read: where its plain form lies, which dump it is, lines left out for their quotes, and whether
    a carriage return is in it.
    """

    path: Path
    dump_path: str
    unclosed: tuple["Rejected", ...] = ()
    has_return: bool = False


@dataclass(frozen=True)
class Rejected:
    """A line that could not be read. `row_number` counts from 1; 0 is the file as a whole."""

    dump_path: str
    row_number: int
    reason: str
    raw: str


def unpack(dump: Path, dump_path: str, work: Path, reader: Reader) -> StagedFile:
    """Give the plain file behind a dump: zip, gzip and LZ4 are unpacked into `work`, anything else is read as it lies.

    Raises UnreadableDump where an archive is corrupt, holds no or several data files, or unpacks beyond the limits.
    """
    kind = kind_of(dump, reader)
    target = work / f"{hashlib.sha256(dump_path.encode()).hexdigest()[:32]}{kind}"
    has_lines = kind in (".csv", ".ndjson")
    chunks = lines_of(dump) if has_lines else chunks_of(dump)
    if _is_packed(dump):
        marks = _write(chunks, target)
    else:
        # Under a name of our own: what a user calls a file may read as a pattern of several.
        target.symlink_to(dump.resolve())
        marks = _marks(chunks) if has_lines else frozenset()
    if not target.stat().st_size:
        raise UnreadableDump("it is empty, without so much as a header")
    if kind in (".ndjson", ".json"):
        make_text(target)
    unclosed: tuple[Rejected, ...] = ()
    if isinstance(reader, Table) and kind == ".csv" and b'"' in marks:
        unclosed = _leave_out_unclosed(target, dump_path, reader.delimiter)
    return StagedFile(target, dump_path, unclosed, b"\r" in marks)


def kind_of(dump: Path, reader: Reader) -> str:
    """The ending of the plain file behind a dump."""
    name = dump.stem if _is_packed(dump) else dump.name
    return ".parquet" if name.endswith(".parquet") else _KINDS[type(reader)]


def chunks_of(dump: Path) -> Iterator[bytes]:
    """The plain bytes of a dump, to the end, where a checksum stands; DuckDB would take a cut file for a whole one.

    Raises UnreadableDump where an archive is corrupt, holds no or several data files, or unpacks beyond the limits.
    """
    packing = dump.suffix if _is_packed(dump) else ""
    try:
        if packing == ".zip":
            with zipfile.ZipFile(dump) as archive:
                yield from inflate.zipped(archive, _only_member(archive))
        elif packing:
            yield from _within_limit(_STREAMS[packing](dump), dump.stat().st_size)
        else:
            yield from _plain(dump)
    except (OSError, *inflate.ERRORS) as error:
        if isinstance(error, OSError) and error.errno in _NOT_THE_FILE_S_FAULT:
            raise
        raise UnreadableDump(f"not a readable {packing[1:] or 'file'}: {error}") from None


def lines_of(dump: Path) -> Iterator[bytes]:
    """As `chunks_of`, of a dump of lines. Raises UnreadableDump where one is too long: DuckDB may pass over it unsaid."""
    length = 0
    for chunk in chunks_of(dump):
        first, last = chunk.find(b"\n"), chunk.rfind(b"\n")
        if length + (len(chunk) if first < 0 else first) > MAX_LINE:
            raise UnreadableDump(f"a line is longer than {MAX_LINE:,} bytes")
        length = length + len(chunk) if last < 0 else len(chunk) - last - 1
        yield chunk


def _is_packed(dump: Path) -> bool:
    return dump.suffix in (".zip", *_STREAMS)


def _lz4(path: Path) -> Iterator[bytes]:
    with lz4.frame.LZ4FrameFile(path) as packed:
        while chunk := packed.read(inflate.CHUNK):
            yield chunk


_STREAMS: Mapping[str, Callable[[Path], Iterator[bytes]]] = {".gz": inflate.gzipped, ".lz4": _lz4}
_KINDS: Mapping[type, str] = {Table: ".csv", JsonLines: ".ndjson", JsonDocument: ".json"}
_NOT_THE_FILE_S_FAULT = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.EACCES})


def _plain(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(inflate.CHUNK):
            yield chunk


def _within_limit(chunks: Iterator[bytes], packed: int) -> Iterator[bytes]:
    """A stream says only at its end how long it is."""
    if not packed:
        raise EOFError("it is empty")
    limit, total = min(MAX_UNPACKED, MAX_RATIO * packed), 0
    for chunk in chunks:
        total += len(chunk)
        if total > limit:
            raise UnreadableDump(f"unpacks to more than {limit:,} bytes: over the limit")
        yield chunk


def _write(chunks: Iterator[bytes], target: Path) -> frozenset[bytes]:
    """Gives the marks in it, as one look at the bytes is cheaper than two."""

    def written(plain: IO[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            plain.write(chunk)
            yield chunk

    with target.open("wb") as plain:
        return _marks(written(plain))


def _marks(chunks: Iterator[bytes]) -> frozenset[bytes]:
    """Which of a quote and a carriage return there are. Looks to the end, where lines are still measured."""
    found = set[bytes]()
    for chunk in chunks:
        found |= {mark for mark in (b'"', b"\r") if mark not in found and mark in chunk}
    return frozenset(found)


def _leave_out_unclosed(path: Path, dump_path: str, delimiter: str) -> tuple[Rejected, ...]:
    """Empty the lines in which a quote stays open: the reader would take all that follows for one field."""
    closed = _closed(delimiter)
    left_out: list[Rejected] = []
    part = path.with_suffix(".part")
    with path.open("rb") as file, part.open("wb") as mended:
        for number, line in enumerate(file, 1):
            if b'"' in line and (line.count(b'"') % 2 or not closed.fullmatch(line.rstrip(b"\r\n"))):
                left_out.append(Rejected(dump_path, number, "a quote is not closed", _text(line)))
                line = line[len(line.rstrip(b"\r\n")) :]
            mended.write(line)
    if left_out and left_out[0].row_number == 1:
        raise UnreadableDump("a quote in the first line is not closed")
    if left_out:
        part.replace(path)
    part.unlink(missing_ok=True)
    return tuple(left_out)


def _closed(delimiter: str) -> re.Pattern[bytes]:
    """Fields in a row, each of which that begins with a quote has the quote that ends it and none behind it.

    Blanks may stand before the first; within another field a quote is a letter.
    """
    mark = re.escape(delimiter)
    field = rf'(?: *+"(?:[^"]|"")*+"[^"{mark}]*+|(?! *")[^{mark}]*+)'
    return re.compile(rf"{field}(?:{mark}{field})*+".encode(), re.DOTALL)


def make_text(path: Path) -> bool:
    """Replace bytes that are no UTF-8, which would make the reader give up the whole file; whether there were any."""
    try:
        with path.open(encoding="utf-8") as file:
            while file.read(inflate.CHUNK):
                pass
        return False
    except UnicodeDecodeError:
        part = path.with_suffix(".part")
        with (
            path.open(encoding="utf-8", errors="replace", newline="") as file,
            part.open("w", encoding="utf-8", newline="") as text,
        ):
            text.writelines(iter(partial(file.read, inflate.CHUNK), ""))
        part.replace(path)
        return True


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r\n")


def _only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    data = [info for info in archive.infolist() if not info.is_dir() and "__MACOSX" not in info.filename]
    if len(data) != 1:
        raise UnreadableDump(f"expected one file in the zip, found {len(data)}")
    info = data[0]
    if info.file_size > MAX_UNPACKED or info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise UnreadableDump(f"unpacks to {info.file_size:,} bytes from {info.compress_size:,}: over the limit")
    return info


def unpack_all(
    dumps: Sequence[tuple[Path, str]], work: Path, reader: Reader, threads: int
) -> list[StagedFile | Rejected]:
    """Unpack many, in order; those that cannot be read come back as rejected whole."""

    def attempt(item: tuple[Path, str]) -> StagedFile | Rejected:
        try:
            return unpack(*item, work, reader)
        except UnreadableDump as error:
            return Rejected(item[1], 0, str(error), "")

    return side_by_side(attempt, dumps, threads)
