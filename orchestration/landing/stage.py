"""From dump files to one DuckDB table: unpack, detect headers, read typed, collect the lines that do not parse.

Only formats are known here (CSV, JSON lines, Parquet; zip, gzip); what the columns mean belongs to the feeds.
"""

import csv
import errno
import gzip
import hashlib
import itertools
import mmap
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import duckdb
import lz4.frame

from orchestration.feeds.contract import JsonDocument, JsonLines, Reader, Table
from orchestration.landing.errors import UnreadableDump

# A year of minute bars zips at about 1:4 and JSON at 1:20; far beyond that an archive is a bomb.
MAX_UNPACKED = 16 << 30
MAX_RATIO = 400
# Longest line taken: a forced order has 300 bytes, an order book snapshot some 30 000.
MAX_LINE = 8 << 20


@dataclass(frozen=True)
class StagedFile:
    """A file ready to be read: where its plain form lies, which dump it is, and lines left out for their quotes."""

    path: Path
    dump_path: str
    unclosed: tuple["Rejected", ...] = ()


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
    name, packing = (dump.stem, dump.suffix) if dump.suffix in (".zip", *_STREAMS) else (dump.name, "")
    kind = ".parquet" if name.endswith(".parquet") else _KINDS[type(reader)]
    target = work / f"{hashlib.sha256(dump_path.encode()).hexdigest()[:32]}{kind}"
    try:
        if packing == ".zip":
            _unzip(dump, target)
        elif packing:
            _unpack_stream(dump, target, _STREAMS[packing])
        else:
            # Under a name of our own: what a user calls a file may read as a pattern of several.
            target.symlink_to(dump.resolve())
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, OSError) and error.errno in _NOT_THE_FILE_S_FAULT:
            raise
        raise UnreadableDump(f"not a readable {packing[1:] or 'file'}: {error}") from None
    if kind in (".ndjson", ".json"):
        _make_text(target)
    return StagedFile(target, dump_path, _leave_out_unclosed(target, dump_path) if kind == ".csv" else ())


_STREAMS: Mapping[str, Callable[..., Any]] = {
    ".gz": gzip.GzipFile,
    ".lz4": lz4.frame.LZ4FrameFile,
}
_KINDS: Mapping[type, str] = {Table: ".csv", JsonLines: ".ndjson", JsonDocument: ".json"}
_NOT_THE_FILE_S_FAULT = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.EACCES})


def _unzip(dump: Path, target: Path) -> None:
    with zipfile.ZipFile(dump) as archive, archive.open(_only_member(archive)) as packed, target.open("wb") as plain:
        shutil.copyfileobj(packed, plain, 1 << 20)


def _unpack_stream(dump: Path, target: Path, opened: Callable[..., Any]) -> None:
    """To the end, where its checksum stands; DuckDB would take a damaged or cut file for a whole one."""
    limit = min(MAX_UNPACKED, MAX_RATIO * dump.stat().st_size)
    if not limit:
        raise EOFError("it is empty")
    with opened(dump) as packed, target.open("wb") as plain:
        while chunk := packed.read(1 << 20):
            plain.write(chunk)
            if plain.tell() > limit:
                raise UnreadableDump(f"unpacks to more than {limit:,} bytes: over the limit")


def _leave_out_unclosed(path: Path, dump_path: str) -> tuple[Rejected, ...]:
    """Empty the lines in which a quote stays open: the reader would take all that follows for one field."""
    if not _has_quote(path):
        return ()
    left_out: list[Rejected] = []
    part = path.with_suffix(".part")
    with path.open("rb") as file, part.open("wb") as mended:
        for number, line in enumerate(file, 1):
            if line.count(b'"') % 2:
                left_out.append(Rejected(dump_path, number, "a quote is not closed", _text(line)))
                line = line[len(line.rstrip(b"\r\n")) :]
            mended.write(line)
    if left_out and left_out[0].row_number == 1:
        raise UnreadableDump("a quote in the first line is not closed")
    if left_out:
        part.replace(path)
    part.unlink(missing_ok=True)
    return tuple(left_out)


def _make_text(path: Path) -> None:
    """Replace bytes that are no UTF-8, which would make the reader give up the whole file."""
    try:
        with path.open(encoding="utf-8") as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        part = path.with_suffix(".part")
        with path.open("rb") as lines, part.open("w", encoding="utf-8", newline="") as text:
            text.writelines(line.decode("utf-8", "replace") for line in lines)
        part.replace(path)


def _has_quote(path: Path) -> bool:
    with path.open("rb") as file:
        if not path.stat().st_size:
            return False
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return data.find(b'"') >= 0


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
    dumps: Iterable[tuple[Path, str]], work: Path, reader: Reader, threads: int
) -> tuple[list[StagedFile], list[Rejected]]:
    """Unpack many; those that cannot be read come back as rejected whole."""

    def attempt(item: tuple[Path, str]) -> StagedFile | Rejected:
        try:
            return unpack(*item, work, reader)
        except UnreadableDump as error:
            return Rejected(item[1], 0, str(error), "")

    with ThreadPoolExecutor(threads) as pool:
        results = list(pool.map(attempt, dumps))
    return [r for r in results if isinstance(r, StagedFile)], [r for r in results if isinstance(r, Rejected)]


def read(db: duckdb.DuckDBPyConnection, reader: Reader, files: Sequence[StagedFile], table: str) -> list[Rejected]:
    """Create `table` with the reader's columns and `filename`, in file order; return the lines that did not parse."""
    columns = _types(reader)
    fields = ", ".join(f'"{name}" {type_}' for name, type_ in columns.items())
    db.execute(f"create or replace temp table {table} ({fields}, filename varchar)")
    if isinstance(reader, JsonLines):
        return _read_json(db, reader, files, table)
    if isinstance(reader, JsonDocument):
        return _read_documents(db, reader, files, table)
    parquet = [file for file in files if file.path.suffix == ".parquet"]
    rejected = [] if not parquet else _read_parquet(db, reader, parquet, table)
    rejected += [line for file in files for line in file.unclosed]
    return rejected + _read_csv(db, reader, [file for file in files if file.path.suffix != ".parquet"], table)


def _types(reader: Reader) -> dict[str, str]:
    if not isinstance(reader, Table):
        return {name: type_ for name, (_, type_) in reader.columns.items()}
    return dict(reader.columns)


def _read_csv(db: duckdb.DuckDBPyConnection, reader: Table, files: Sequence[StagedFile], table: str) -> list[Rejected]:
    groups: dict[tuple[str, ...] | None, list[StagedFile]] = {}
    rejected: list[Rejected] = []
    for file in files:
        try:
            groups.setdefault(_header(file.path, reader), []).append(file)
        except (UnreadableDump, csv.Error) as error:
            rejected.append(Rejected(file.dump_path, 0, str(error), ""))
    for header, group in groups.items():
        rejected += _read_csv_alike(db, reader, header, group, table)
    return rejected


def _read_csv_alike(
    db: duckdb.DuckDBPyConnection, reader: Table, header: tuple[str, ...] | None, files: list[StagedFile], table: str
) -> list[Rejected]:
    """Read files that share one header. If one of them breaks the reader, each is read alone and that one is rejected."""
    try:
        return _insert_csv(db, reader, header, files, table)
    except duckdb.Error as error:
        if len(files) == 1:
            return [Rejected(files[0].dump_path, 0, f"not readable as CSV: {str(error).splitlines()[0]}", "")]
    return [line for file in files for line in _read_csv_alike(db, reader, header, [file], table)]


def _insert_csv(
    db: duckdb.DuckDBPyConnection, reader: Table, header: tuple[str, ...] | None, files: list[StagedFile], table: str
) -> list[Rejected]:
    names = header or tuple(reader.columns)
    types = {name: reader.columns.get(name, "VARCHAR") for name in names}
    wanted = ", ".join(f'"{name}"' if name in types else f'null as "{name}"' for name in reader.columns)
    db.execute("drop table if exists reject_errors; drop table if exists reject_scans")
    db.execute(
        f"""
        insert into {table}
        select {wanted}, filename
        from read_csv(
            $files, columns = $types, header = $header, auto_detect = false, delim = '{reader.delimiter}', quote = '"', escape = '"',
            null_padding = true, filename = true, max_line_size = {MAX_LINE},
            store_rejects = true, rejects_table = 'reject_errors', rejects_scan = 'reject_scans', rejects_limit = 0
        )
        """.replace("$types", _struct(types)),
        {"files": [str(file.path) for file in files], "header": header is not None},
    )
    return _rejects(db, {str(file.path): file.dump_path for file in files})


def _struct(types: dict[str, str]) -> str:
    quoted = ((name.replace("'", "''"), type_) for name, type_ in types.items())
    return "{" + ", ".join(f"'{name}': '{type_}'" for name, type_ in quoted) + "}"


def _rejects(db: duckdb.DuckDBPyConnection, dump_paths: dict[str, str]) -> list[Rejected]:
    rows = db.execute(
        """
        select
            s.file_path,
            e.line,
            min_by(e.column_name, e.column_idx),
            min_by(e.error_type::varchar, e.column_idx),
            min_by(e.csv_line, e.column_idx),
            min_by(e.error_message, e.column_idx)
        from reject_errors e join reject_scans s using (scan_id, file_id)
        group by all order by all
        """
    ).fetchall()
    return [
        Rejected(dump_paths[path], line, _reason(column, kind, message), raw or "")
        for path, line, column, kind, raw, message in rows
    ]


def _reason(column: str | None, kind: str, message: str) -> str:
    text = " ".join(message.split())
    return f"{column}: {text}" if kind == "CAST" and column else text


def _header(path: Path, reader: Table) -> tuple[str, ...] | None:
    """The header in our names, or None where the first line is data (the first field of a header is never a number).

    Raises UnreadableDump where the header lacks a column that is needed.
    """
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        line = file.readline(MAX_LINE)
        first = next(csv.reader([line], delimiter=reader.delimiter), [])
    if line and not first:
        raise UnreadableDump("the first line is blank")
    ours = {alias.lower(): name for name, aliases in reader.aliases.items() for alias in aliases}
    ours |= {name.lower(): name for name in reader.columns}
    names = [ours.get(field.strip().lower(), field.strip()) for field in first]
    known = [name for name in names if name in reader.columns]
    if not known:
        if first and not reader.headless and not any(_is_number(field) for field in first):
            raise UnreadableDump(f"unknown header: {', '.join(first)[:200]}")
        return None
    if twice := [name for name in reader.columns if known.count(name) > 1]:
        raise UnreadableDump(f"the header names {', '.join(twice)} twice")
    missing = [name for name in reader.columns if name not in known and name not in reader.optional]
    if missing:
        raise UnreadableDump(f"the header lacks {', '.join(missing)}")
    return tuple(name if name in reader.columns else f"ignored {n}" for n, name in enumerate(names))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def line_numbers(file: StagedFile, reader: Reader, nths: Iterable[int], unread: Set[int]) -> dict[int, int]:
    """Line of the file (from 1) on which its nth readable row (from 0) stands; `unread` lines and blank ones are no rows."""
    wanted = sorted(set(nths), reverse=True)
    found: dict[int, int] = {}
    row = -1
    with file.path.open("rb") as lines:
        for number in _row_lines(file, reader, lines):
            row += number not in unread
            if row == wanted[-1] and number not in unread:
                found[wanted.pop()] = number
            if not wanted:
                break
    return found


def _row_lines(file: StagedFile, reader: Reader, lines: IO[bytes]) -> Iterator[int]:
    """Numbers of the lines that hold a row, readable or not."""
    if file.path.suffix == ".parquet" or isinstance(reader, JsonDocument):
        yield from itertools.count(1)
    numbers = (number for number, line in enumerate(lines, 1) if line.strip(b"\r\n"))
    if isinstance(reader, Table) and _header(file.path, reader) is not None:
        next(numbers, None)
    yield from numbers


def _read_parquet(
    db: duckdb.DuckDBPyConnection, reader: Table, files: Sequence[StagedFile], table: str
) -> list[Rejected]:
    rejected = []
    for file in files:
        try:
            there = {
                row[0] for row in db.execute("select name from parquet_schema($f)", {"f": str(file.path)}).fetchall()
            }
            missing = [name for name in reader.columns if name not in there and name not in reader.optional]
            if missing:
                raise UnreadableDump(f"the file lacks {', '.join(missing)}")
            rejected += _insert_parquet(db, reader, file, there, table)
        except (duckdb.Error, UnreadableDump) as error:
            rejected.append(Rejected(file.dump_path, 0, f"not readable as Parquet: {str(error).splitlines()[0]}", ""))
    return rejected


def _insert_parquet(
    db: duckdb.DuckDBPyConnection, reader: Table, file: StagedFile, there: Set[str], table: str
) -> list[Rejected]:
    """Take the rows whose every value is of its type; the others come back."""
    wanted = ", ".join(
        f'try_cast("{name}" as {type_})' if name in there else f"null::{type_}"
        for name, type_ in reader.columns.items()
    )
    wrong = " ".join(
        f"""when "{name}" is not null and try_cast("{name}" as {type_}) is null then '{name}'"""
        for name, type_ in reader.columns.items()
        if name in there
    )
    bad = f"(case {wrong} end)"
    db.execute(
        f"insert into {table} select {wanted}, $f from read_parquet($f) where {bad} is null", {"f": str(file.path)}
    )
    rows = db.execute(
        f"""
        select file_row_number + 1, {bad}, to_json(r)::varchar
        from read_parquet($f, file_row_number = true) r where {bad} is not null order by 1
        """,
        {"f": str(file.path)},
    ).fetchall()
    return [Rejected(file.dump_path, number, f"{name}: not of its type", raw) for number, name, raw in rows]


def _read_documents(
    db: duckdb.DuckDBPyConnection, reader: JsonDocument, files: Sequence[StagedFile], table: str
) -> list[Rejected]:
    paths = ", ".join(f"'{path}'" for path, _ in reader.columns.values())
    values = ", ".join(f"try_cast(found[{n}] as {type_})" for n, (_, type_) in enumerate(reader.columns.values(), 1))
    rejected = []
    for file in files:
        text = file.path.read_text(encoding="utf-8")
        if not _has_records(db, reader, text):
            rejected.append(Rejected(file.dump_path, 0, f"not a JSON document with {reader.records}", text[:1000]))
            continue
        db.execute(
            f"""
            insert into {table}
            select {values}, $f
            from (
                select json_extract_string(record, [{paths}]) as found
                from (select unnest(json_extract($text, $path)) as record)
            )
            """,
            {"f": str(file.path), "text": text, "path": reader.records},
        )
    return rejected


def _has_records(db: duckdb.DuckDBPyConnection, reader: JsonDocument, text: str) -> bool:
    """Whether the list of records is there, empty or not; what answers with an error has none."""
    listed = "select case when json_valid($text) then json_type($text, $path) = 'ARRAY' end"
    found = db.execute(listed, {"text": text, "path": reader.records.partition("[*]")[0]}).fetchone()
    return bool(found and found[0])


def _read_json(
    db: duckdb.DuckDBPyConnection, reader: JsonLines, files: Sequence[StagedFile], table: str
) -> list[Rejected]:
    paths = ", ".join(f"'{path}'" for path, _ in reader.columns.values())
    values = ", ".join(f"try_cast(found[{n}] as {type_})" for n, (_, type_) in enumerate(reader.columns.values(), 1))
    rejected = []
    for file in files:
        try:
            db.execute(
                f"""
                create or replace temp table lines as
                select row_number() over () as row_number, line
                from read_csv($f, columns = {{'line': 'VARCHAR'}}, header = false, auto_detect = false, delim = '\x01',
                              quote = '', escape = '', max_line_size = {MAX_LINE})
                """,
                {"f": str(file.path)},
            )
            db.execute(
                f"""
                insert into {table}
                select {values}, $f
                from (select json_extract_string(line, [{paths}]) as found from lines where json_valid(line) order by row_number)
                """,
                {"f": str(file.path)},
            )
        except duckdb.Error as error:
            rejected.append(
                Rejected(file.dump_path, 0, f"not readable as JSON lines: {str(error).splitlines()[0]}", "")
            )
            continue
        bad = db.execute("select row_number, line from lines where not json_valid(line) order by 1").fetchall()
        rejected += [Rejected(file.dump_path, number, "not a JSON object", line[:1000]) for number, line in bad]
    return rejected
