"""Post a recap in a process of its own, which dies by SIGKILL at a named step: `killed.py STEP RECAP LEDGER PORT`."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reports import relay
from reports.deliver import SmtpSettings
from reports.post import MailingList, post
from reports.revisions import Revisions
from reports.sent import Ledger


def _die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _dying(owner: Any, name: str, is_after: bool, when: Callable[..., bool] = lambda *_: True) -> None:
    """Let a function die before its work or after it."""
    work = getattr(owner, name)

    def wrapped(*args: Any) -> Any:
        is_time = when(*args)
        if is_time and not is_after:
            _die()
        result = work(*args)
        if is_time and is_after:
            _die()
        return result

    setattr(owner, name, wrapped)


STEPS: dict[str, Callable[[], None]] = {
    "before it is planned": lambda: _dying(Revisions, "plan", is_after=False),
    "before it is kept": lambda: _dying(Revisions, "keep", is_after=False),
    "before the connection": lambda: _dying(relay.Relay, "connect", is_after=False),
    "before the intent": lambda: _dying(Ledger, "record", False, lambda _, __, event, *___: event == "started"),
    "after the intent": lambda: _dying(Ledger, "record", True, lambda _, __, event, *___: event == "started"),
    "after the relay's yes": lambda: _dying(relay.Relay, "hand_over", is_after=True),
    "after the record": lambda: _dying(Ledger, "record", True, lambda _, __, event, *___: event == "accepted"),
}

if __name__ == "__main__":
    step, recap, ledger, port = sys.argv[1:]
    STEPS[step]()
    smtp = SmtpSettings("127.0.0.1", int(port), "none", sender="recap@example.org")
    post(Path(recap), MailingList("daily", ["reader@example.org"]), smtp, Path(ledger))
