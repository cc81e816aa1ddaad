"""Each alert leaves once per channel: the intent is on disk before, and goes again only if the alert certainly did not leave."""

import hashlib
import json

from filelock import FileLock

from orchestration.alerts.channels import AlertError, channels
from orchestration.alerts.message import Alert
from orchestration.landing.dumps import write_atomically
from orchestration.settings import Settings


def send_once(settings: Settings, key: str, alert: Alert) -> list[str]:
    """Send the alert by every channel that it did not leave by before; returns these channels.

    Raises AlertError, naming each channel that did not take it, after the others have.
    """
    folder = settings.home / "alerts"
    folder.mkdir(parents=True, exist_ok=True)
    left, failed = [], []
    with FileLock(folder / ".lock"):
        for name, send in channels(settings):
            record = folder / f"{_digest(key, name)}.json"
            if record.exists():
                continue
            write_atomically(record, json.dumps({"alert": key, "channel": name, "subject": alert.subject}).encode())
            try:
                send(alert)
            except AlertError as error:
                record.unlink()
                failed.append(str(error))
            else:
                left.append(name)
    if failed:
        raise AlertError("; ".join(failed))
    return left


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
