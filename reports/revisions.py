"""Which revision of a day a list gets next: the same again, or a correction.

What belongs here: what each revision said, kept beside the record of its sending. What does not: sending (deliver.py).
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from filelock import FileLock

from reports.changes import Printed
from reports.mail import Edition
from reports.sent import Ledger

_RECORD = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)\.(?P<list>[^.]+)\.r(?P<revision>\d+)\.jsonl")


@dataclass(frozen=True, slots=True)
class Plan:
    """The edition to send, and what readers of the revision before it were told; None for a first one."""

    edition: Edition
    corrects: Printed | None = None


class Revisions:
    """The revisions of one day that one list got, in the folder of records."""

    def __init__(self, folder: Path, day: date, list_name: str) -> None:
        self._folder, self._day, self._list = folder, day, list_name

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other senders to this list out from the plan to the last recipient."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(self._folder / f"{self._day}.{self._list}.lock"):
            yield

    def plan(self, facts: Printed) -> Plan:
        """Choose the revision: the last that may have reached anyone if it said the same, else the one after it."""
        reached = self._reached()
        if not reached:
            return Plan(self._edition(1))
        said = self._said(reached[-1])
        if said is None or said == facts:
            earlier = self._said(reached[-2]) if len(reached) > 1 else None
            return Plan(self._edition(reached[-1]), earlier)
        return Plan(self._edition(reached[-1] + 1), said)

    def keep(self, plan: Plan, facts: Printed) -> None:
        """Write down what a revision says, on disk before anyone is sent it.

        Where it was sent and what it said is forgotten, this need not be it.
        """
        path = self._path(plan.edition.revision)
        if not path.exists() and Ledger(self._folder, plan.edition).reached():
            return
        scratch = path.with_suffix(f".{os.getpid()}")
        handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(facts, file, ensure_ascii=False, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)

    def forget(self) -> int:
        """Let go of what the revisions said and of who got them: that they were sent stays. Give the bytes that went."""
        with self.locked():
            return sum(self._forget(self._edition(number)) for number in self._numbers())

    def _forget(self, edition: Edition) -> int:
        ledger, facts = Ledger(self._folder, edition), self._path(edition.revision)
        with ledger.locked():
            size = facts.stat().st_size if facts.exists() else 0
            facts.unlink(missing_ok=True)
            return size + ledger.condense()

    def _reached(self) -> list[int]:
        """The revisions that someone has for certain or perhaps, oldest first."""
        return [number for number in self._numbers() if Ledger(self._folder, self._edition(number)).reached()]

    def _numbers(self) -> list[int]:
        """The revisions that have a record, oldest first."""
        own = (
            found
            for path in self._folder.glob(f"{self._day}.{self._list}.r*.jsonl")
            if (found := _RECORD.fullmatch(path.name))
        )
        return sorted(int(found["revision"]) for found in own)

    def _said(self, revision: int) -> Printed | None:
        path = self._path(revision)
        if not path.exists():
            return None
        said: Printed = json.loads(path.read_text(encoding="utf-8"))
        return said

    def _path(self, revision: int) -> Path:
        return self._folder / f"{self._edition(revision).file_name()}.facts.json"

    def _edition(self, revision: int) -> Edition:
        return Edition(self._day, self._list, revision)


def forget(folder: Path, before: datetime) -> list[int]:
    """Let go of the records of days before, if none was added to since either; give the bytes that went of each day and list."""
    newest: dict[tuple[str, str], float] = {}
    for path in folder.glob("*.jsonl"):
        if found := _RECORD.fullmatch(path.name):
            key = found["day"], found["list"]
            newest[key] = max(newest.get(key, 0), path.stat().st_mtime)
    old = [key for key, at in sorted(newest.items()) if key[0] < str(before.date()) and at < before.timestamp()]
    return [size for day, name in old if (size := Revisions(folder, date.fromisoformat(day), name).forget())]
