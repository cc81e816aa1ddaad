"""Days in worker processes: the same answers in the same order, and no worker left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from pydantic import ByteSize

from orchestration import parallel
from orchestration.parallel import Log, each_day, share_of
from orchestration.settings import Settings

DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(12)]


def square(day: date, log: Log) -> tuple[int, int]:
    log(f"doing {day}")
    if day.day == 5:
        raise ValueError("the fifth")
    return day.day**2, os.getpid()


@pytest.mark.parametrize("n_workers", [1, 3])
def test_results_errors_and_lines_come_in_the_order_of_the_days(n_workers: int) -> None:
    lines: list[str] = []
    done = dict(each_day(square, DAYS, n_workers, lines.append))
    assert list(done) == DAYS
    assert lines == [f"doing {day}" for day in DAYS]
    assert str(done.pop(DAYS[4])) == "the fifth"
    results = [result for result in done.values() if isinstance(result, tuple)]
    assert [number for number, _ in results] == [day.day**2 for day in DAYS if day.day != 5]
    assert (os.getpid() in {pid for _, pid in results}) == (n_workers == 1)


def test_a_short_range_starts_no_worker() -> None:
    done = dict(each_day(square, DAYS[:3], 4, lambda _: None))
    assert {result[1] for result in done.values() if isinstance(result, tuple)} == {os.getpid()}


def die(day: date, log: Log) -> None:
    os._exit(9)


def test_a_worker_that_dies_is_an_error_and_the_next_range_has_new_workers() -> None:
    with pytest.raises(RuntimeError, match="worker process died"):
        list(each_day(die, DAYS, 2, lambda _: None))
    assert len(list(each_day(square, DAYS, 2, lambda _: None))) == len(DAYS)


def test_workers_share_the_memory_of_the_run() -> None:
    settings = Settings(home=Path("home"), threads=4, memory_limit=ByteSize(2_000_000_000))
    assert share_of(settings, 3) is settings
    assert (share_of(settings, 90).threads, share_of(settings, 90).memory_limit) == (1, 500_000_000)


def linger(day: date, log: Log) -> None:
    Path(os.environ["PIDS"], str(os.getpid())).touch()
    time.sleep(60)


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    start = """
from collections.abc import Callable
from datetime import date, timedelta
from test_parallel import DAYS, each_day, linger
list(each_day(linger, DAYS, 2, print))
"""
    paths = os.pathsep.join([str(Path(parallel.__file__).parents[1]), str(Path(__file__).parent)])
    environment = {**os.environ, "PYTHONPATH": paths, "PIDS": str(tmp_path)}
    parent = subprocess.Popen([sys.executable, "-c", start], env=environment)
    wait_for(lambda: len(list(tmp_path.iterdir())) == 2)
    parent.send_signal(signal.SIGKILL)
    parent.wait(10)
    wait_for(lambda: not any(is_alive(int(path.name)) for path in tmp_path.iterdir()))


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
