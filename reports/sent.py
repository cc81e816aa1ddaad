"""The record of what was sent to whom: one append-only file per edition, each line on disk before the next step.

What belongs here: the record and what it means. What does not: sending (deliver.py).
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from filelock import FileLock

from reports.mail import Edition

Event = Literal["started", "accepted", "refused", "deferred", "unknown"]
SETTLED: frozenset[str] = frozenset({"accepted"})
UNCERTAIN: frozenset[str] = frozenset({"started", "unknown"})
_DIGEST = "sha256:"


class Ledger:
    """What is known of one edition, by recipient; the last event counts.

    `started` without a later event means that the sender died in between: the mail may have arrived.
    """

    def __init__(self, folder: Path, edition: Edition) -> None:
        self._file = folder / f"{edition.file_name()}.jsonl"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other senders of this edition out; the kernel frees the lock when the holder dies."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(self._file.with_suffix(".lock")):
            yield

    def state(self, recipient: str) -> str | None:
        """Return the last event of a recipient, or None."""
        states = self._states()
        return states.get(recipient.lower()) or states.get(_digest(recipient))

    def reached(self) -> bool:
        """Tell whether anyone has this edition, for certain or perhaps."""
        return bool((SETTLED | UNCERTAIN) & set(self._states().values()))

    def record(self, recipient: str, event: Event, reply: str = "") -> None:
        """Append an event and wait until it is on disk."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        line = json.dumps({"at": at, "recipient": recipient.lower(), "event": event, "reply": reply})
        handle = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, (b"" if self._ends_whole() else b"\n") + line.encode() + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)

    def condense(self) -> int:
        """Keep of each recipient the last event and a digest, no address, time or reply; give the bytes that went."""
        size = self._file.stat().st_size
        lines = [json.dumps({"recipient": _digest(who), "event": event}) for who, event in self._states().items()]
        part = self._file.with_suffix(".part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._file)
        return size - self._file.stat().st_size

    def _ends_whole(self) -> bool:
        """Tell whether the last line is whole, so that what follows a crash does not become a part of it."""
        return self._file.stat().st_size == 0 or self._file.read_bytes().endswith(b"\n")

    def _states(self) -> dict[str, str]:
        if not self._file.exists():
            return {}
        lines = [_parsed(line) for line in self._file.read_text(encoding="utf-8").splitlines()]
        return {line["recipient"]: line["event"] for line in lines if line}


def _digest(recipient: str) -> str:
    """What stands for a recipient in an old record; itself where it is that already."""
    if recipient.startswith(_DIGEST):
        return recipient
    return _DIGEST + hashlib.sha256(recipient.lower().encode()).hexdigest()


def _parsed(line: str) -> dict[str, str] | None:
    """Skip a line that a crash cut short: what it would have said did not happen."""
    try:
        parsed: dict[str, str] = json.loads(line)
    except json.JSONDecodeError:
        return None
    return parsed
