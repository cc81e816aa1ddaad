"""Ends of lines that break the CSV reader, and which line a byte is of. Only files with something wrong in them come here."""

from collections.abc import Iterable
from pathlib import Path

from orchestration.landing.inflate import CHUNK
from orchestration.landing.unpack import Rejected, StagedFile

RETURN_WITHIN = "a carriage return stands within the line"


def made_alike(file: StagedFile) -> list[Rejected]:
    """Make all ends of a file's lines alike and empty those lines that hold a carriage return elsewhere; give these back."""
    if not file.has_return:
        return []
    left_out: list[Rejected] = []
    part = file.path.with_suffix(".part")
    with file.path.open("rb") as lines, part.open("wb") as mended:
        for number, line in enumerate(lines, 1):
            text = line.rstrip(b"\r\n")
            if b"\r" in text:
                left_out.append(Rejected(file.dump_path, number, RETURN_WITHIN, text.decode("utf-8", "replace")))
                text = b""
            mended.write(text + b"\n" if line.endswith(b"\n") else text)
    part.replace(file.path)
    return left_out


def lines_at(path: Path, positions: Iterable[int]) -> dict[int, int]:
    """Line (from 1) of each byte (from 1), or of the first byte behind it that is no end of a line.

    DuckDB's own count of lines is off where lines are blank and a time does not parse.
    """
    found: dict[int, int] = {}
    line, at = 1, 0
    with path.open("rb") as file:
        for position in sorted(set(positions)):
            while at < position - 1 and (chunk := file.read(min(CHUNK, position - 1 - at))):
                line, at = line + chunk.count(b"\n"), at + len(chunk)
            while (byte := file.read(1)) in (b"\n", b"\r"):
                line, at = line + (byte == b"\n"), at + 1
            file.seek(at)
            found[position] = line
    return found
