"""The dumps of a home: files exactly as fetched, each with a receipt that says what it is and where it came from."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

_CHUNK = 1 << 20


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
        values: dict[str, Any] = json.loads(receipt_path(dumps, dump_path).read_text(encoding="utf-8"))
        receipt = Receipt(**values)
        return receipt if (dumps / dump_path).stat().st_size == receipt.bytes else None
    except (OSError, ValueError, TypeError):
        return None


def admit(dumps: Path, receipt: Receipt, arrived: Path) -> None:
    """Put an arrived file and its receipt in place. A replaced file is kept under `.superseded/<first digits of its hash>/`.

    The receipt goes last: a file without a matching one counts as not fetched.
    """
    target = dumps / receipt.dump_path
    target.parent.mkdir(parents=True, exist_ok=True)
    before = read_receipt(dumps, receipt.dump_path)
    if before and before.sha256 != receipt.sha256:
        _set_aside(dumps, before)
    os.replace(arrived, target)
    write_atomically(receipt_path(dumps, receipt.dump_path), json.dumps(asdict(receipt), indent=1).encode())


def write_atomically(path: Path, data: bytes) -> None:
    """Write a small file so that a reader sees the old one or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    part.write_bytes(data)
    os.replace(part, path)


def utc_text(moment: datetime) -> str:
    """ISO format in UTC without zone, as the lake keeps instants."""
    return moment.replace(tzinfo=None, microsecond=0).isoformat()


def _set_aside(dumps: Path, before: Receipt) -> None:
    place = dumps / ".superseded" / before.sha256[:12] / before.dump_path
    place.parent.mkdir(parents=True, exist_ok=True)
    os.replace(dumps / before.dump_path, place)
