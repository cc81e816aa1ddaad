"""Manners towards archives: at most so many connections per host, and silence for as long as a host asks for it."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from urllib.parse import urlsplit

# A host that asks for more is left alone for this round; the next run asks again.
_LONGEST_PAUSE_S = 120.0


class Hosts:
    """Shared by all threads of one round of fetching."""

    def __init__(self, connections: int) -> None:
        self._lock = Lock()
        self._turns: defaultdict[str, BoundedSemaphore] = defaultdict(lambda: BoundedSemaphore(connections))
        self._free_at: dict[str, float] = {}

    @contextmanager
    def turn(self, address: str) -> Iterator[None]:
        """Wait for a free connection to the address's host, and until the host may be asked again."""
        host = urlsplit(address).netloc
        with self._lock:
            turns = self._turns[host]
        with turns:
            while (wait := self._free_at.get(host, 0.0) - time.monotonic()) > 0:
                time.sleep(wait)
            yield

    def pause(self, address: str, seconds: float) -> None:
        """Ask the address's host nothing for some seconds."""
        host = urlsplit(address).netloc
        with self._lock:
            until = time.monotonic() + min(seconds, _LONGEST_PAUSE_S)
            self._free_at[host] = max(until, self._free_at.get(host, 0.0))
