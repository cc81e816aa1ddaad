"""Dagster's web UI and daemon on one home: two processes, started together, stopped together."""

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from orchestration import dagster_home
from orchestration.settings import Settings
from orchestration.warehouse import build

_GRACE_S = 30


def serve(
    settings: Settings,
    port: int = 3000,
    module: str = "orchestration.definitions",
    project: Path = build.PROJECT,
    daemon: str = "dagster._daemon",
) -> int:
    """Run both on 127.0.0.1 until interrupted, or until one of them ends; returns an exit code."""
    build.parse(project)
    environment = dagster_home.environment(settings)
    dagster_home.instance(settings).dispose()
    commands = (
        [sys.executable, "-m", "dagster_webserver", "-h", "127.0.0.1", "-p", str(port), "-m", module],
        [sys.executable, "-m", daemon, "run", "-m", module],
    )
    stopping: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        stopping.append(number)

    previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    processes = [
        subprocess.Popen(command, env=environment, cwd=settings.paths.dagster, start_new_session=True)
        for command in commands
    ]
    try:
        while not stopping and all(process.poll() is None for process in processes):
            time.sleep(0.2)
        ended = [process.returncode for process in processes if process.poll() is not None]
    finally:
        _stop(processes)
        for number, handler in previous.items():
            signal.signal(number, handler)
    return 0 if stopping else next((code for code in ended if code), 0)


def _stop(processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    """Ask both, then insist."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
    deadline = time.monotonic() + _GRACE_S
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
