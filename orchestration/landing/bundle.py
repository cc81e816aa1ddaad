"""Many dumps as a few plain CSV files, each line led by the number of its dump.

Opening hundreds of small files takes the reader longer than their rows do. Only dumps whose text is plain are bundled.
"""

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO

from orchestration.feeds.contract import Reader, Table
from orchestration.landing.errors import UnreadableDump
from orchestration.landing.header import Header, header_in
from orchestration.landing.side_by_side import side_by_side
from orchestration.landing.unpack import kind_of, lines_of


@dataclass(frozen=True)
class Bundles:
    """Files without header lines, in the dumps' order, and the header that all the dumps have.

    Where `led`, every line begins with the number of its dump, from 0; a single dump needs none.
    """

    files: tuple[Path, ...]
    header: Header
    led: bool


def bundle(dumps: Sequence[Path], work: Path, reader: Reader, threads: int) -> Bundles | None:
    """Unpack dumps into one file a thread; None where one is not to be read, has another header, quotes or carriage returns."""
    if not isinstance(reader, Table) or any(kind_of(dump, reader) != ".csv" for dump in dumps):
        return None
    led, size = len(dumps) > 1, -(-len(dumps) // threads)
    batches = [range(len(dumps))[start : start + size] for start in range(0, len(dumps), size)]

    def pack(batch: range) -> tuple[Path, set[Header]]:
        target = work / f"{batch.start}.csv"
        with target.open("wb") as file:
            return target, {_append(dumps[n], n if led else None, reader, file) for n in batch}

    try:
        packed = side_by_side(pack, batches, threads)
    except (UnreadableDump, csv.Error):
        return None
    headers = set[Header]().union(*(found for _, found in packed))
    return Bundles(tuple(file for file, _ in packed), headers.pop(), led) if len(headers) == 1 else None


def _append(dump: Path, number: int | None, reader: Table, file: IO[bytes]) -> Header:
    """Write the lines of a dump; give the header that it had."""
    lead = b"" if number is None else f"{number}{reader.delimiter}".encode()
    chunks = lines_of(dump)
    head = next(chunks, b"")
    if not head:
        raise UnreadableDump("it is empty")
    line, end, rest = head.partition(b"\n")
    header = header_in((line + end).decode("utf-8-sig", errors="replace"), reader)
    _be_plain(line)
    file.write(lead)
    last = b"\n"
    for chunk in chain([head if header is None else rest], chunks):
        _be_plain(chunk)
        file.write(chunk.replace(b"\n", b"\n" + lead) if lead else chunk)
        last = chunk[-1:] or last
    if last != b"\n":
        file.write(b"\n")
    elif lead:
        file.seek(-len(lead), os.SEEK_CUR)
        file.truncate()
    return header


def _be_plain(text: bytes) -> None:
    if b'"' in text or b"\r" in text:
        raise UnreadableDump("quotes and carriage returns need a closer look")
