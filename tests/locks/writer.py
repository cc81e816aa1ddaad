"""Runs as a process of its own, forked from one that has imported everything: an import takes longer than a run."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import dbt.adapters.duckdb
import dbt.cli.main  # noqa: F401  # for the forks, as are the adapter and `build_defs`

from orchestration.definitions import build_defs  # noqa: F401
from orchestration.pipeline import RunOutcome, run_days
from orchestration.settings import Settings
from tests.orchestration.small_pipeline import OVERRIDES

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])


class Writer:
    """One run after the other over the days `first` to `last`, each `length` days long."""

    def __init__(self, settings: Settings, first: date, last: date, length: int) -> None:
        self._told, tell = _FORKS.Pipe(duplex=False)
        self._process = _FORKS.Process(target=_run, args=(tell, settings.home, settings.first_day, first, last, length))
        self._process.start()
        tell.close()

    def outcomes(self) -> Iterator[RunOutcome]:
        """How each run ended, until there are no more."""
        with suppress(EOFError):
            while True:
                yield self._told.recv()

    def exit_code(self) -> int | None:
        self._process.join()
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


def _run(tell: Connection, home: Path, first_day: date, first: date, last: date, length: int) -> None:
    settings = Settings(home=home, threads=1, first_day=first_day)
    while first <= last:
        until = min(last, first + timedelta(days=length - 1))
        tell.send(run_days(settings, first, until, lambda _: None, OVERRIDES))
        first = until + timedelta(days=1)
