"""The dumps of a home: files exactly as fetched, each with a receipt that says what it is and where it came from."""

import hashlib
import json
import os
import shutil
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

# Longer than any download takes: what is older was left behind by a process that died.
_LEFT_BEHIND_S = 86_400
_CHUNK = 1 << 20
PRUNED = ".pruned"


@dataclass(frozen=True)
class Receipt:
    """What is known of a dump file. `fetched_at` is UTC in ISO format; `etag` and `modified` let an archive say 'unchanged'."""

    dump_path: str
    sha256: str
    bytes: int
    fetched_at: str
    address: str
    simulated: bool
    etag: str | None = None
    modified: str | None = None


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def receipt_path(dumps: Path, dump_path: str) -> Path:
    """Receipts lie beside the mirror, not in it, so that the mirror stays plain."""
    return dumps / ".receipts" / f"{dump_path}.json"


def read_receipt(dumps: Path, dump_path: str) -> Receipt | None:
    """The receipt of a dump that is whole; None where the file, the receipt or their agreement is missing."""
    try:
        with open(receipt_path(dumps, dump_path), "rb") as file:
            values: dict[str, Any] = json.load(file)
        receipt = Receipt(**values)
        return receipt if os.stat(f"{dumps}/{dump_path}").st_size == receipt.bytes else None
    except (OSError, ValueError, TypeError):
        return None


def is_as_received(dumps: Path, receipt: Receipt) -> bool:
    """Whether the file still has the SHA-256 of its receipt: a disk that lost a bit, or a hand, must not change a figure."""
    return sha256_of(dumps / receipt.dump_path) == receipt.sha256


def mark_pruned(dumps: Path, dump_path: str) -> None:
    """Note that a dump is removed on purpose, before it is: what the lake has of it must then stay."""
    write_atomically(dumps / PRUNED / dump_path, b"")


def is_pruned(dumps: Path, dump_path: str) -> bool:
    """Whether a dump was removed on purpose and not fetched again since."""
    return (dumps / PRUNED / dump_path).exists() and not (dumps / dump_path).exists()


def copy_hashed(source: Path, target: Path) -> str:
    """Copy a file; give the SHA-256 of what was written."""
    digest = hashlib.sha256()
    with source.open("rb") as data, target.open("wb") as copy:
        while chunk := data.read(_CHUNK):
            digest.update(chunk)
            copy.write(chunk)
    return digest.hexdigest()


def admit(dumps: Path, receipt: Receipt, arrived: Path, before: Receipt | None) -> None:
    """Put an arrived file and its receipt in place of what was there `before`.

    A replaced file is kept under `.superseded/<first digits of its hash>/`. The receipt of the old file goes first and
    that of the new one last: a file without one counts as not fetched, so no death in between leaves a file under the
    hash of another.
    """
    if before and before.sha256 != receipt.sha256:
        _set_aside(dumps, before)
        receipt_path(dumps, receipt.dump_path).unlink()
    _move(arrived, dumps / receipt.dump_path)
    write_atomically(receipt_path(dumps, receipt.dump_path), json.dumps(vars(receipt), indent=1).encode())


def arrival(dumps: Path) -> Path:
    """A new name for a file that is on its way; until it is admitted nobody sees it."""
    folder = dumps / ".arriving"
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
    return folder / uuid4().hex


def clear_left_behind(dumps: Path) -> None:
    """Remove what killed processes left half arrived."""
    for path in (dumps / ".arriving").glob("*"):
        if path.is_file() and time.time() - path.stat().st_mtime > _LEFT_BEHIND_S:
            path.unlink(missing_ok=True)


def write_atomically(path: Path, data: bytes) -> None:
    """Write a small file so that a reader sees the old one or the new one, never a part."""
    part = path.with_name(f".{uuid4().hex}.part")
    try:
        part.write_bytes(data)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
    os.replace(part, path)


def utc_text(moment: datetime) -> str:
    """ISO format in UTC without zone, as the lake keeps instants."""
    return moment.replace(tzinfo=None, microsecond=0).isoformat()


def _move(source: Path, target: Path) -> None:
    try:
        os.replace(source, target)
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, target)


def _set_aside(dumps: Path, before: Receipt) -> None:
    """Keep the old file under a second name; its own stays until the new file takes it."""
    copy = arrival(dumps)
    try:
        os.link(dumps / before.dump_path, copy)
    except OSError:  # a file system without hard links
        shutil.copyfile(dumps / before.dump_path, copy)
    _move(copy, dumps / ".superseded" / before.sha256[:12] / before.dump_path)
