"""Dagster's launcher and event logs, made able to tell that a run's process died; the launcher is named in `dagster.yaml`.

The stock launcher cannot: a run that was killed together with its code server, or that a command had started, stays
"started" for ever. It then keeps one of the places that runs have, and its day counts as under way.
"""

from functools import cached_property
from pathlib import Path
from typing import Protocol

from dagster import DagsterEventType, DagsterRun, EventLogEntry
from dagster._core.launcher import CheckRunHealthResult, DefaultRunLauncher, WorkerStatus
from dagster._core.storage.event_log.base import EventLogStorage
from filelock import FileLock, Timeout


class Pulse(Protocol):
    """Locks that a process holds while its runs go on, and that whoever gave them frees when it dies."""

    def start(self, run_id: str) -> None:
        """The run is done by this process from now on."""

    def stop(self) -> None:
        """The runs of this process are over, and their states are stored."""

    def is_felt(self, run_id: str) -> bool:
        """Whether a process does the run."""


class FilePulse:
    """Locks of files, for processes of one machine: the kernel frees them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, FileLock] = {}

    def start(self, run_id: str) -> None:
        """The run is done by this process from now on."""
        if run_id in self._held:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._folder / run_id, thread_local=False)
        lock.acquire()
        self._held[run_id] = lock

    def stop(self) -> None:
        """The runs of this process are over, and their states are stored."""
        while self._held:
            run_id, lock = self._held.popitem()
            (self._folder / run_id).unlink(missing_ok=True)
            lock.release()

    def is_felt(self, run_id: str) -> bool:
        """Whether a process does the run; what a dead one left is removed."""
        shown = self._folder / run_id
        if not shown.exists():
            return False
        try:
            with FileLock(shown, timeout=0):
                shown.unlink(missing_ok=True)
                return False
        except Timeout:
            return True


class PulsedEventLogStorage(EventLogStorage):
    """Any event log, to be mixed in before it: whoever stores that a run started is the process that does it."""

    def store_event(self, event: EventLogEntry) -> None:
        """As the log does it, and first show that the run lives."""
        if event.dagster_event_type is DagsterEventType.RUN_START:
            self.pulse.start(event.run_id)
        # The next class is a log that stores: this one stands before it, never alone.
        super().store_event(event)  # type: ignore[safe-super]

    def dispose(self) -> None:
        """Close everything."""
        self.pulse.stop()
        super().dispose()

    @cached_property
    def pulse(self) -> Pulse:
        """Where the runs of this log show that they live: whoever reads it must feel it."""
        return FilePulse(Path(self._instance.root_directory) / "alive")


class WatchedRunLauncher(DefaultRunLauncher):
    """The stock launcher with a look at the process; the daemon's run monitoring asks for it."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """It can tell."""
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Failed where no process does the run."""
        log = self._instance.event_log_storage
        assert isinstance(log, PulsedEventLogStorage)
        if log.pulse.is_felt(run.run_id):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, "its process ended without a word: killed, or the machine was")
