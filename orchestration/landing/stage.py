"""From plain files to one DuckDB table: detect headers, read typed, collect the lines that do not parse.

Only formats are known here (CSV, JSON, Parquet); what the columns mean belongs to the feeds.
"""

import csv
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from pathlib import Path
from typing import IO

import duckdb

from orchestration.feeds.contract import JsonDocument, JsonLines, Reader, Table
from orchestration.landing.bundle import Bundles
from orchestration.landing.errors import UnreadableDump
from orchestration.landing.header import Header, header_in
from orchestration.landing.json_files import n_records, read_documents, read_lines
from orchestration.landing.line_ends import RETURN_WITHIN, lines_at, made_alike
from orchestration.landing.unpack import MAX_LINE, Rejected, StagedFile, make_text
from orchestration.sql import quoted


def read(db: duckdb.DuckDBPyConnection, reader: Reader, files: Sequence[StagedFile], table: str) -> list[Rejected]:
    """Create `table` with the reader's columns and `filename`, in file order; return the lines that did not parse."""
    columns = _types(reader)
    fields = ", ".join(f'"{name}" {type_}' for name, type_ in columns.items())
    _clear(db, table)
    db.execute(f"create or replace temp table {table} ({fields}, filename varchar)")
    if isinstance(reader, JsonLines):
        return read_lines(db, reader, files, table)
    if isinstance(reader, JsonDocument):
        return read_documents(db, reader, files, table)
    parquet = [file for file in files if file.path.suffix == ".parquet"]
    rejected = [] if not parquet else _read_parquet(db, reader, parquet, table)
    rejected += _read_csv(db, reader, [file for file in files if file.path.suffix != ".parquet"], table)
    # What is told as a whole is not told by its lines too.
    whole = {line.dump_path for line in rejected if line.row_number == 0}
    return rejected + [line for file in files for line in file.unclosed if file.dump_path not in whole]


def _clear(db: duckdb.DuckDBPyConnection, name: str) -> None:
    """Drop what the feed before left under this name: a table where it was staged, a view where it was read in passing."""
    try:
        db.execute(f"drop view if exists {name}")
    except duckdb.CatalogException:
        db.execute(f"drop table {name}")


def read_in_passing(
    db: duckdb.DuckDBPyConnection, reader: Table, bundles: Bundles, table: str, is_numbered: bool = False
) -> None:
    """Create the view `table` with the reader's columns, `filename`, a dump's number, and `rowid`, so that rows are read once.

    Rows are numbered only where that is asked for: it makes the reader go one row after the other. Whoever reads the view
    meets a duckdb.Error at the first line that does not parse.
    """
    names, types = _columns(reader, bundles.header)
    lead = {"dump number": "INTEGER"} if bundles.led else {}
    files = "[" + ", ".join(quoted(str(file)) for file in bundles.files) + "]"
    filename, number = '"dump number"' if bundles.led else "0", "row_number() over () - 1" if is_numbered else "0"
    _clear(db, table)
    db.execute(
        f"""
        create or replace temp view {table} as select {names}, {filename} as filename, {number} as rowid
        from read_csv({files}, header = false, {_csv_format(reader, {**lead, **types})})
        """
    )


def _columns(reader: Table, header: Header) -> tuple[str, dict[str, str]]:
    """SQL for the reader's columns, and the types of those that stand in a file with this header."""
    found = header or tuple(reader.columns)
    types = {name: reader.columns.get(name, "VARCHAR") for name in found}
    names = [f'"{name}"' if name in types else f'null as "{name}"' for name in reader.columns]
    if reader.others:
        names.append(_others(name for name in found if name not in reader.columns))
    return ", ".join(names), types


def _csv_format(reader: Table, types: dict[str, str]) -> str:
    """Arguments of `read_csv`; buffers that hold the longest line and no more let several threads share a file."""
    return (
        f"columns = {_struct(types)}, auto_detect = false, delim = '{reader.delimiter}', quote = '\"', escape = '\"',"
        f" null_padding = {reader.ragged}, max_line_size = {MAX_LINE}, buffer_size = {MAX_LINE}"
    )


def _others(names: Iterable[str]) -> str:
    """SQL: a map of the columns' names to their texts."""
    entries = ", ".join(f"{{'k': {quoted(name)}, 'v': \"{name.replace(chr(34), chr(34) * 2)}\"}}" for name in names)
    return (
        f"map_from_entries(list_filter([{entries}]::struct(k varchar, v varchar)[], lambda entry: entry.v is not null))"
    )


def _types(reader: Reader) -> dict[str, str]:
    if not isinstance(reader, Table):
        return {name: type_ for name, (_, type_) in reader.columns.items()}
    return {**reader.columns, **({reader.others: "MAP(VARCHAR, VARCHAR)"} if reader.others else {})}


def _read_csv(db: duckdb.DuckDBPyConnection, reader: Table, files: Sequence[StagedFile], table: str) -> list[Rejected]:
    groups: dict[Header, list[StagedFile]] = {}
    rejected: list[Rejected] = []
    for file in files:
        try:
            left_out = made_alike(file)
            if any(line.row_number == 1 for line in left_out):
                raise UnreadableDump(f"{RETURN_WITHIN}, which is the first")
            rejected += left_out
            groups.setdefault(_header(file.path, reader), []).append(file)
        except (UnreadableDump, csv.Error) as error:
            rejected.append(Rejected(file.dump_path, 0, str(error), ""))
    for header, group in groups.items():
        rejected += _read_csv_alike(db, reader, header, group, table)
    set_aside = {each.dump_path for each in rejected if not each.row_number}
    return [each for each in rejected if not each.row_number or each.dump_path not in set_aside]


def _read_csv_alike(
    db: duckdb.DuckDBPyConnection, reader: Table, header: Header, files: list[StagedFile], table: str
) -> list[Rejected]:
    """Read files that share one header. If one of them breaks the reader, each is read alone and that one is rejected.

    A byte that is no text spoils its line, but the reader gives up where it stands in a time.
    """
    try:
        return _insert_csv(db, reader, header, files, table)
    except duckdb.Error as error:
        if len(files) == 1 and make_text(files[0].path):
            return _read_csv_alike(db, reader, header, files, table)
        if len(files) == 1:
            return [Rejected(files[0].dump_path, 0, f"not readable as CSV: {str(error).splitlines()[0]}", "")]
    return [line for file in files for line in _read_csv_alike(db, reader, header, [file], table)]


def _insert_csv(
    db: duckdb.DuckDBPyConnection, reader: Table, header: Header, files: list[StagedFile], table: str
) -> list[Rejected]:
    names, types = _columns(reader, header)
    db.execute("drop table if exists reject_errors; drop table if exists reject_scans")
    db.execute(
        f"""
        insert into {table}
        select {names}, filename
        from read_csv(
            $files, header = {header is not None}, filename = true, {_csv_format(reader, types)},
            store_rejects = true, rejects_table = 'reject_errors', rejects_scan = 'reject_scans', rejects_limit = 0
        )
        """,
        {"files": [str(file.path) for file in files]},
    )
    return _rejects(db, {str(file.path): file.dump_path for file in files})


def _struct(types: dict[str, str]) -> str:
    return "{" + ", ".join(f"{quoted(name)}: {quoted(type_)}" for name, type_ in types.items()) + "}"


def _rejects(db: duckdb.DuckDBPyConnection, dump_paths: dict[str, str]) -> list[Rejected]:
    rows = db.execute(
        """
        select
            s.file_path,
            e.line_byte_position,
            min_by(e.column_name, e.place),
            min_by(e.error_type::varchar, e.place),
            min_by(left(e.csv_line, 1000), e.place),
            min_by(e.error_message, e.place)
        from (select *, coalesce(column_idx, 0) as place from reject_errors) e join reject_scans s using (scan_id, file_id)
        group by all order by all
        """
    ).fetchall()
    positions: dict[str, list[int]] = {}
    for path, position, *_ in rows:
        positions.setdefault(path, []).append(position)
    lines = {path: lines_at(Path(path), found) for path, found in positions.items()}
    return [
        Rejected(dump_paths[path], lines[path][position], _reason(column, kind, message), raw or "")
        for path, position, column, kind, raw, message in rows
    ]


def _reason(column: str | None, kind: str, message: str) -> str:
    text = " ".join(message.split())
    if counts := _WRONG_LENGTH.match(text):
        return "the line has {1} columns and the file {0}".format(*counts.groups())
    return f"{column}: {text}" if kind == "CAST" and column else text


_WRONG_LENGTH = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")


def _header(path: Path, reader: Table) -> Header:
    """Raises UnreadableDump where the header lacks a column that is needed."""
    with path.open("rb") as file:
        return header_in(file.readline(MAX_LINE).decode("utf-8-sig", errors="replace"), reader)


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
    if isinstance(reader, JsonLines) and reader.records:
        numbers = (number for number, line in enumerate(lines, 1) for _ in range(n_records(line, reader.records)))
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
                row[0].lower()
                for row in db.execute("select name from parquet_schema($f)", {"f": str(file.path)}).fetchall()
            }
            missing = [name for name in reader.columns if name.lower() not in there and name not in reader.optional]
            if missing:
                raise UnreadableDump(f"the file lacks {', '.join(missing)}")
            rejected += _insert_parquet(db, reader, file, there, table)
        except (duckdb.Error, UnreadableDump) as error:
            rejected.append(Rejected(file.dump_path, 0, f"not readable as Parquet: {str(error).splitlines()[0]}", ""))
    return rejected


def _insert_parquet(
    db: duckdb.DuckDBPyConnection, reader: Table, file: StagedFile, there: Set[str], table: str
) -> list[Rejected]:
    """Take the rows whose every value is of its type; the others come back. `there` are the file's columns in lower case."""
    wanted = ", ".join(
        f'try_cast("{name}" as {type_})' if name.lower() in there else f"null::{type_}"
        for name, type_ in reader.columns.items()
    )
    wrong = " ".join(
        f"""when "{name}" is not null and try_cast("{name}" as {type_}) is null then '{name}'"""
        for name, type_ in reader.columns.items()
        if name.lower() in there
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
