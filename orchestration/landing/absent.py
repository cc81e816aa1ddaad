"""What an archive did not have, remembered with the time of asking, so that a backfill does not ask for it each time.

A file of the last days may still come and is always asked for again; an older one only after a week.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from orchestration.landing.archive import Candidate
from orchestration.landing.dumps import utc_text, write_atomically
from orchestration.secrets import without_secrets

_MAY_STILL_COME = timedelta(days=40)
"""Monthly files come in the first week after the month, so for about 40 days after its first day."""

_REMEMBERED = timedelta(days=7)


def remember_absent(dumps: Path, candidate: Candidate, address: str) -> None:
    """Note that the archive was asked for a file and has none."""
    told = f"{utc_text(datetime.now(UTC))} {without_secrets(address)}"
    write_atomically(_note(dumps, candidate), told.encode())


def is_known_absent(dumps: Path, candidate: Candidate, address: str, now: datetime | None = None) -> bool:
    """Whether there is no point in asking that address again yet."""
    moment = (now or datetime.now(UTC)).replace(tzinfo=None)
    if candidate.day is None or moment - datetime.combine(candidate.day, datetime.min.time()) < _MAY_STILL_COME:
        return False
    try:
        asked_at, _, asked = _note(dumps, candidate).read_text(encoding="utf-8").partition(" ")
        return asked == without_secrets(address) and moment - datetime.fromisoformat(asked_at) < _REMEMBERED
    except (OSError, ValueError):
        return False


def _note(dumps: Path, candidate: Candidate) -> Path:
    return dumps / ".absent" / candidate.dump_path
