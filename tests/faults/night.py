"""A night as the assets do it, from dumps to recap, in a process of its own that a fault can be done to.

The parent has imported everything and does nothing itself, so that a child is forked in milliseconds and killed without loss.
"""

import errno
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.feeds.catalog import SOURCES
from orchestration.feeds.datasets import DATASETS
from orchestration.landing.fetch import fetch_days
from orchestration.landing.lake import land_day
from orchestration.settings import Settings
from orchestration.warehouse import build
from reports.recap import refresh_archive, write_recap

_CHANGES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate", "shutil.rmtree"})
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
Fault = Callable[[], None]


@dataclass(frozen=True)
class Ended:
    """How a child ended: its exit code, or minus the signal that killed it."""

    code: int
    seconds: float


def night(settings: Settings, day: date) -> None:
    """Fetch, land, build, publish and tell one day."""
    for source in SOURCES:
        for report in fetch_days(settings, source, [day]).values():
            if report.failures:
                raise RuntimeError("; ".join(report.failures))
    for dataset in DATASETS:
        land_day(settings, dataset, day)
    build.build(settings, [day], log=lambda _: None)
    build.publish_built(settings, log=lambda _: None)
    write_recap(settings.paths.published_db, settings.paths.recaps, day, refresh=False)
    refresh_archive(settings.paths.recaps, [day])


def start(work: Callable[[], None], fault: Fault = lambda: None, log: Path = Path(os.devnull)) -> int:
    """Fork a child that does the work with the fault set; returns its process id."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        with log.open("a") as out:
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
        fault()
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def end(child: int, kill_after: float | None = None) -> Ended:
    """Wait for a child, or kill it after so many seconds."""
    began = time.monotonic()
    if kill_after is not None:
        while time.monotonic() - began < kill_after:
            if os.waitpid(child, os.WNOHANG)[0]:
                return Ended(0, time.monotonic() - began)
            time.sleep(0.005)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return Ended(os.waitstatus_to_exitcode(status), time.monotonic() - began)


def count_steps(tally: Path) -> Fault:
    """Write how many changes of files the work makes to `tally`, for the faults that strike at one of them."""

    def fault() -> None:
        counted = [0]

        def note(_: int) -> None:
            counted[0] += 1
            os.pwrite(target, b"%d" % counted[0], 0)

        target = os.open(tally, os.O_WRONLY | os.O_CREAT)
        sys.addaudithook(_at_changes(note))

    return fault


def kill_at(step: int) -> Fault:
    """Die by SIGKILL just before the change of files with that number."""

    def strike(number: int) -> None:
        if number == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return lambda: sys.addaudithook(_at_changes(strike))


def full_disk_at(step: int) -> Fault:
    """From that change on, nothing can be written: the disk is full."""

    def strike(number: int) -> None:
        if number >= step:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return lambda: sys.addaudithook(_at_changes(strike))


def spread(n: int, up_to: int, seed: int) -> list[int]:
    """`n` numbers from 1 to `up_to`, evenly, each moved a little by chance."""
    chance = random.Random(seed)
    width = up_to / n
    return sorted({min(up_to, 1 + int(width * (k + chance.random()))) for k in range(n)})


def _at_changes(strike: Callable[[int], None]) -> Callable[[str, tuple[object, ...]], None]:
    counted = [0]
    inside = [False]

    def hook(event: str, args: tuple[object, ...]) -> None:
        if inside[0] or not _is_change(event, args):
            return
        inside[0] = True
        counted[0] += 1
        try:
            strike(counted[0])
        finally:
            inside[0] = False

    return hook


def _is_change(event: str, args: tuple[object, ...]) -> bool:
    if event == "open":
        return isinstance(args[0], str | bytes | os.PathLike) and bool(int(str(args[2] or 0)) & _WRITES)
    return event in _CHANGES
