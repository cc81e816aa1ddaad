"""A recording's files: one gzipped NDJSON file per UTC day, appended to in whole gzip members, repaired after a crash.

A line is `{"received_at": …, "message": …as received}` or `{"received_at": …, "connection": "open" | "alive" | "lost", …}`. Where a
message may hold several orders, it stands there once for each, with the order's JSON path as `"at"`: packed, that costs next to
nothing. Each flush appends one complete member and has it on disk when it returns, so whatever ends the process leaves every
earlier flush readable. What a crash left behind the last complete member is moved beside the file, and its whole lines written
again.
"""

import asyncio
import gzip
import json
import mmap
import os
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count, groupby
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

# Bytes that may wait for the disk; beyond it the stream is not read on, and its venue ends the connection.
MAX_WAITING = 1 << 20
# Text of a cut member that is looked through for whole lines; our own members stay far below.
_MAX_SALVAGED = 64 << 20
_CHUNK = 4096
_SUFFIX = ".ndjson.gz"

Clock = Callable[[], datetime]


class AlreadyRecorded(RuntimeError):
    """Another recorder writes to the same folder."""


@dataclass(frozen=True)
class _Tail:
    """Where the last complete member ends, the last whole line, and the whole lines of what follows that end."""

    end: int
    last: bytes
    salvaged: bytes


class Journal:
    """The files of one stream. One task writes; the instant of a line decides its file, and never runs backwards in it."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self.last_at: datetime | None = None
        self._clock = clock
        self._lock = FileLock(folder / ".lock", thread_local=False)
        self._lasts: dict[date, datetime] = {}
        self._waiting: list[tuple[date, bytes]] = []
        self._n_waiting = 0

    def open(self) -> None:
        """Take the folder, repair its newest file and end it with a mark where its recorder did not.

        Raises AlreadyRecorded where another recorder has it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            raise AlreadyRecorded(f"another recorder writes to {self.folder}") from None
        newest = max((day for path in self.folder.glob(f"*{_SUFFIX}") if (day := _day_of(path))), default=None)
        if newest is None:
            return
        line = _parsed(_repair(self._path(newest)))
        last = _instant(line)
        if last and last.date() == newest and line.get("connection") != "lost":
            self._lasts[newest] = last
            _append(
                self._path(newest), _line(last, {"connection": "lost", "reason": "the recorder ended without a mark"})
            )

    def close(self) -> None:
        """Let another recorder have the folder."""
        self._lock.release()

    async def message(self, text: str, points: Sequence[Mapping[str, str]] = ({},)) -> None:
        """Write down one message as received, now: a line for each of its orders, with what points to the order."""
        if "\n" in text or "\r" in text:
            text = json.dumps(json.loads(text), ensure_ascii=False)
        now = self._clock()
        for point in points:
            facts = "".join(f'"{name}": {json.dumps(value)}, ' for name, value in point.items())
            await self._write(now, _message(facts, text))

    async def mark(self, state: str, facts: Mapping[str, Any] | None = None, at: datetime | None = None) -> None:
        """Write down what is known of the connection at an instant."""
        await self._write(at or self._clock(), lambda at: _line(at, {"connection": state, **(facts or {})}))

    async def flush(self) -> None:
        """Bring everything that waits to disk. Raises OSError where the disk does not take it; it then waits on."""
        while self._waiting:
            batch = list(self._waiting)
            for day, lines in groupby(batch, key=lambda item: item[0]):
                data = [line for _, line in lines]
                await asyncio.to_thread(_append, self._path(day), b"".join(data))
                del self._waiting[: len(data)]
                self._n_waiting -= sum(map(len, data))

    async def _write(self, at: datetime, line: Callable[[datetime], bytes]) -> None:
        at = at.astimezone(UTC)
        day = at.date()
        if day not in self._lasts:
            self._lasts[day] = self._last_of(day) or at
            self._lasts = dict(sorted(self._lasts.items())[-3:]) | {day: self._lasts[day]}
        self.last_at = self._lasts[day] = max(at, self._lasts[day])
        data = line(self.last_at)
        self._waiting.append((day, data))
        self._n_waiting += len(data)
        if self._n_waiting > MAX_WAITING:
            await self.flush()

    def _last_of(self, day: date) -> datetime | None:
        path = self._path(day)
        last = _instant(_parsed(_repair(path))) if path.exists() else None
        return last if last and last.date() == day else None

    def _path(self, day: date) -> Path:
        return self.folder / f"{day}{_SUFFIX}"


def _append(path: Path, data: bytes) -> None:
    """Append one gzip member whole, or leave the file as it was."""
    is_new = not path.exists()
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        size = os.fstat(file).st_size
        packed = memoryview(gzip.compress(data, 6, mtime=0))
        try:
            while packed:
                packed = packed[os.write(file, packed) :]
            os.fsync(file)
        except OSError:
            os.ftruncate(file, size)
            raise
    finally:
        os.close(file)
    if is_new:
        _sync_folder(path.parent)


def _repair(path: Path) -> bytes:
    """Cut a file behind its last complete member, keep what was cut, write its whole lines again; give the last line."""
    tail = _survey(path)
    if tail.end == path.stat().st_size:
        return tail.last
    with path.open("rb") as file:
        file.seek(tail.end)
        _set_aside(path, file.read())
    os.truncate(path, tail.end)
    if not tail.salvaged:
        return tail.last
    _append(path, tail.salvaged)
    return tail.salvaged.splitlines()[-1]


def _set_aside(path: Path, data: bytes) -> None:
    names = (path.with_name(f"{path.name}.torn-{n}") for n in count(1))
    with next(name for name in names if not name.exists()).open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(path.parent)


def _survey(path: Path) -> _Tail:
    end, last = 0, b""
    if not path.stat().st_size:
        return _Tail(0, b"", b"")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        while end < len(data):
            text, size = _member(data, end)
            if size is None:
                return _Tail(end, last, b"".join(_whole_lines(text)))
            end += size
            last = next((line for line in reversed(text.splitlines()) if line.strip()), last)
    return _Tail(end, last, b"")


def _member(data: mmap.mmap, start: int) -> tuple[bytes, int | None]:
    """Text of the gzip member that starts there, and its size; no size where it is cut or damaged."""
    inflater = zlib.decompressobj(wbits=31)
    text = bytearray()
    at = start
    try:
        while not inflater.eof and at < len(data):
            chunk = data[at : at + _CHUNK]
            at += len(chunk)
            text += inflater.decompress(chunk)
            if len(text) > _MAX_SALVAGED:
                del text[:-MAX_WAITING]
    except zlib.error:
        return bytes(text), None
    return bytes(text), at - start - len(inflater.unused_data) if inflater.eof else None


def _whole_lines(text: bytes) -> Iterator[bytes]:
    yield from (line for line in text.splitlines(keepends=True) if line.endswith(b"\n") and _instant(_parsed(line)))


def _message(facts: str, text: str) -> Callable[[datetime], bytes]:
    return lambda at: f'{{"received_at": "{_text(at)}", {facts}"message": {text}}}\n'.encode()


def _line(at: datetime, facts: dict[str, Any]) -> bytes:
    return (json.dumps({"received_at": _text(at), **facts}, ensure_ascii=False) + "\n").encode()


def _text(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _instant(line: dict[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(line["received_at"]).astimezone(UTC)
    except (KeyError, TypeError, ValueError):
        return None


def _day_of(path: Path) -> date | None:
    try:
        return date.fromisoformat(path.name.removesuffix(_SUFFIX))
    except ValueError:
        return None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
