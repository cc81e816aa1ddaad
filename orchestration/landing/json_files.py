"""JSON of both kinds into staged rows: one object a line, or one document a file."""

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import duckdb

from orchestration.feeds.contract import JsonDocument, JsonLines, Reader
from orchestration.landing.line_ends import made_alike
from orchestration.landing.unpack import MAX_LINE, Rejected, StagedFile

_BLANKS = re.compile(r"\s*")


def read_documents(
    db: duckdb.DuckDBPyConnection, reader: JsonDocument, files: Sequence[StagedFile], table: str
) -> list[Rejected]:
    """Add the records of each document to `table`; a file without the list of records is rejected whole."""
    rejected = []
    for file in files:
        documents = _documents(file.path.read_text(encoding="utf-8-sig"))
        if wrong := next((text for text in documents if not _has_records(db, reader, text)), None):
            rejected.append(Rejected(file.dump_path, 0, f"not a JSON document with {reader.records}", wrong[:1000]))
            continue
        db.execute(
            """
            create or replace temp table records as
            select row_number() over () as row_number, record as line
            from (select unnest(json_extract(text, $path)) as record from (select unnest($documents) as text))
            """,
            {"documents": documents, "path": reader.records},
        )
        rejected += _stage(db, reader, "records", file, table)
    return rejected


def _documents(text: str) -> list[str]:
    """The documents of a file, one after the other; what is none stays whole, for the reader to tell of."""
    decoder, found, at = json.JSONDecoder(), list[str](), _behind_blanks(text, 0)
    while at < len(text):
        try:
            _, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return [text]
        found.append(text[at:end])
        at = _behind_blanks(text, end)
    return found or [text]


def _behind_blanks(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    return match.end() if match else at


# An error is told in fewer words.
_LONGEST_COMPLAINT = 1 << 16


def is_complaint(file: Path, reader: Reader) -> bool:
    """Whether an endpoint answered without the list of records, so that it may answer better when asked again."""
    if not isinstance(reader, JsonDocument) or file.stat().st_size > _LONGEST_COMPLAINT:
        return False
    with duckdb.connect(config={"threads": 1}) as db:
        documents = _documents(file.read_text(encoding="utf-8-sig", errors="replace"))
        return not all(_has_records(db, reader, text) for text in documents)


def _stage(
    db: duckdb.DuckDBPyConnection, reader: JsonLines | JsonDocument, records: str, file: StagedFile, table: str
) -> list[Rejected]:
    """Add `records` (row_number, line) to `table`; give back those with a value not of its type, which would pass for not stated."""
    paths = ", ".join(f"'{path}'" for path, _ in reader.columns.values())
    found = f"(select row_number, line, json_extract_string(line, [{paths}]) as found from {records})"
    typed = {f"found[{n}]": (name, type_) for n, (name, (_, type_)) in enumerate(reader.columns.items(), 1)}
    plain = [_cast(text, type_) for text, (_, type_) in typed.items()]

    def insert(values: Sequence[str], source: str) -> None:
        query = f"insert into {table} select {', '.join(values)}, $f from {source} order by row_number"
        db.execute(query, {"f": str(file.path)})

    # Several records of one line share its number, so that none of them can be named alone.
    if isinstance(reader, JsonLines) and reader.records:
        insert(plain, found)
        return []
    with suppress(duckdb.Error):
        insert([_or_error(text, type_) for text, (_, type_) in typed.items()], found)
        return []
    wrong = " ".join(f"when {_is_mistyped(text, type_)} then '{name}'" for text, (name, type_) in typed.items())
    db.execute(f"create or replace temp table judged_records as select *, case {wrong} end as wrong from {found}")
    insert(plain, "judged_records where wrong is null")
    bad = "select row_number, wrong, line::varchar from judged_records where wrong is not null order by row_number"
    return [
        Rejected(file.dump_path, number, f"{name}: not of its type", line[:1000])
        for number, name, line in db.execute(bad).fetchall()
    ]


def _or_error(text: str, type_: str) -> str:
    """SQL: the value, where none ends the statement unless there is no text either."""
    return f"coalesce({_cast(text, type_)}, case when {text} <> '' then error({text})::{type_} end)"


def _is_mistyped(text: str, type_: str) -> str:
    return f"{text} <> '' and {_cast(text, type_)} is null"


def _cast(text: str, type_: str) -> str:
    """SQL: the value, a finite one where it is a time; a plain TIMESTAMP would drop the zone that stands in the text."""
    if not type_.startswith("TIMESTAMP"):
        return f"try_cast({text} as {type_})"
    instant = f"try_cast({text} as timestamptz)"
    shown = instant if type_ == "TIMESTAMPTZ" else f"{instant} at time zone 'UTC'"
    return f"case when isfinite({instant}) then {shown} end"


def _has_records(db: duckdb.DuckDBPyConnection, reader: JsonDocument, text: str) -> bool:
    """Whether the list of records is there, empty or not; what answers with an error has none."""
    listed = "select case when json_valid($text) then json_type($text, $path) = 'ARRAY' end"
    found = db.execute(listed, {"text": text, "path": reader.records.partition("[*]")[0]}).fetchone()
    return bool(found and found[0])


def read_lines(
    db: duckdb.DuckDBPyConnection, reader: JsonLines, files: Sequence[StagedFile], table: str
) -> list[Rejected]:
    """Add the object, or the records, of each line to `table`; lines that are none are rejected."""
    is_sound, rows, wanted = "json_valid(line)", "lines where json_valid(line)", "a JSON object"
    if reader.records:
        listed = reader.records.removesuffix("[*]")
        is_sound = f"case when json_valid(line) then coalesce(json_type(line, '{listed}'), '') = 'ARRAY' else false end"
        rows = (
            f"(select row_number, unnest(json_extract(line, '{reader.records}')) as line from lines where {is_sound})"
        )
        wanted = f"a JSON object with {reader.records}"
    rejected = []
    for file in files:
        left_out = made_alike(file)
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
            mistyped = _stage(db, reader, rows, file, table)
        except duckdb.Error as error:
            rejected.append(
                Rejected(file.dump_path, 0, f"not readable as JSON lines: {str(error).splitlines()[0]}", "")
            )
            continue
        bad = db.execute(
            f"select row_number, line from lines where line is not null and not {is_sound} order by 1"
        ).fetchall()
        rejected += [Rejected(file.dump_path, number, f"not {wanted}", line[:1000]) for number, line in bad]
        rejected += [*mistyped, *left_out]
    return rejected


def n_records(line: bytes, records: str) -> int:
    """How many records a line holds; one that cannot be read has none."""
    try:
        found = json.loads(line)
        for name in records.removeprefix("$.").removesuffix("[*]").split("."):
            found = found[name]
    except (ValueError, LookupError, TypeError, RecursionError):
        return 0
    return len(found) if isinstance(found, list) else 0
