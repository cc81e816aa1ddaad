"""The shapes in which others met the lock, each at its size, while readers hold the publication and query it all the time."""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
from dagster import RunsFilter
from dagster._core.storage.dagster_run import IN_PROGRESS_RUN_STATUSES

from orchestration import dagster_home
from orchestration.settings import Settings
from orchestration.warehouse import build
from tests.locks.writer import Writer
from tests.orchestration.monitoring import look_after_runs

SMALL_PROJECT = Path(__file__).parents[1] / "orchestration" / "small_project"
FIRST = date(2016, 1, 1)


class Locks:
    """One home with its readers, and what became of every run and read."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home, first_day=FIRST)
        self.counts: Counter[str] = Counter()
        self.errors: list[str] = []

    def writer(self, first: int, last: int, length: int) -> Writer:
        """Runs over the days with these numbers, each `length` days long."""
        days = (FIRST + timedelta(days=number) for number in (first, last))
        return Writer(self.settings, *days, length)

    def finish(self, *writers: Writer) -> None:
        """Wait for the runs and note how each ended."""
        for writer in writers:
            for outcome in writer.outcomes():
                self.counts["runs"] += 1
                if not outcome.success:
                    self.errors.append(f"run {outcome.run_id}: {outcome.message}")
            if code := writer.exit_code():
                self.errors.append(f"a run's process ended with {code}")

    def kill(self, writer: Writer) -> None:
        """End it as a power cut would."""
        writer.kill()
        self.counts["killed"] += 1

    @contextmanager
    def readers(self, n: int) -> Iterator[None]:
        """Half of them hold the file open as long as they live, half open it for each read."""
        held = [str(3600 * (number % 2)) for number in range(n)]
        published = str(self.settings.paths.published_db)
        running = [_reader(published, seconds) for seconds in held]
        try:
            yield
        finally:
            for reader in running:
                said, errors = reader.communicate("over\n")
                if reader.returncode:
                    self.errors.append(f"a reader died: {errors[-800:]}")
                    continue
                told = json.loads(said)
                self.counts.update(reads=told["reads"], wrong_reads=told["wrong"], publications=told["publications"])
                self.errors += [f"reader: {error}" for error in told["errors"]]

    def days(self) -> int:
        """How many days are published."""
        with duckdb.connect(str(self.settings.paths.published_db), read_only=True) as db:
            ((n,),) = db.execute("select count(*) from marts.totals_daily").fetchall()
        return int(n)

    def kept(self) -> int:
        """Runs that hold a place though their process is gone, after the daemon looked; and places in Dagster's pools."""
        under_way = RunsFilter(statuses=list(IN_PROGRESS_RUN_STATUSES))
        with dagster_home.instance(self.settings) as instance:
            look_after_runs(instance)
            return instance.get_runs_count(under_way) + len(instance.event_log_storage.get_concurrency_keys())


def _reader(*arguments: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "tests.locks.reader", *arguments]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def runs_of_a_day(locks: Locks, n_runs: int) -> None:
    """One partition a run, ten at a time, as many as Dagster starts by default (120 partitions, random locks)."""
    ends = [k * n_runs // 10 for k in range(11)]
    locks.finish(*[locks.writer(first, last - 1, 1) for first, last in pairwise(ends)])


def one_after_the_other(locks: Locks, n_runs: int) -> None:
    """A limit of one run at a time (intermittent locks): only the readers are beside it."""
    locks.finish(locks.writer(0, n_runs - 1, 1))


def killed(locks: Locks, n_kills: int) -> None:
    """Killed at an instant, then the same days again, by nobody's hand."""
    chance = random.Random(n_kills)
    for _ in range(n_kills):
        writer = locks.writer(0, 9, 5)
        time.sleep(8 * chance.random())
        locks.kill(writer)
        locks.finish(locks.writer(0, 9, 10))


def backfills(locks: Locks, n_days: int) -> None:
    """All days as one run, the newer half as another, and runs of a day among them."""
    n_single = min(4, n_days // 8)
    locks.finish(
        locks.writer(0, n_days - 1, n_days),
        locks.writer(n_days // 2, n_days - 1, n_days),
        locks.writer(0, n_single - 1, 1),
        locks.writer(n_days - n_single, n_days - 1, 1),
    )


def main(n_days: int, n_runs: int, n_readers: int) -> int:
    """Do all shapes on one home, print what became of them, and return an exit code."""
    with tempfile.TemporaryDirectory(prefix="tidemark-locks-") as folder:
        project = Path(folder) / "project"
        shutil.copytree(SMALL_PROJECT, project)
        build.parse(project)
        os.environ["SMALL_PROJECT"] = str(project)
        locks = Locks(Path(folder) / "home")
        locks.finish(locks.writer(0, 0, 1))
        with locks.readers(n_readers):
            for shape, size in (
                (runs_of_a_day, n_runs),
                (one_after_the_other, n_runs // 12),
                (killed, max(1, n_runs // 40)),
                (backfills, n_days),
            ):
                began = time.monotonic()
                if size:
                    shape(locks, size)
                    print(f"{shape.__name__.replace('_', ' ')} ({size}): {time.monotonic() - began:.0f} s", flush=True)
        if locks.days() != max(n_days, n_runs, 10):
            locks.errors.append(f"{locks.days()} days are published")
        kept = locks.kept()
    return _tell(locks, n_readers, kept)


def _tell(locks: Locks, n_readers: int, kept: int) -> int:
    for error in locks.errors[:20]:
        print(error)
    n_locks = sum("lock" in error.lower() for error in locks.errors)
    told = locks.counts
    print(
        f"runs {told['runs']}, killed {told['killed']}, readers {n_readers}, reads {told['reads']} of "
        f"{told['publications']} publications, lock errors {n_locks}, other errors {len(locks.errors) - n_locks}, "
        f"wrong reads {told['wrong_reads']}, places kept {kept}"
    )
    return 1 if locks.errors or told["wrong_reads"] or kept else 0
